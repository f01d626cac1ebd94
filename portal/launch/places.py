"""Where the embedded database lives: in the folder asked for, or, for root, in a folder of its system user."""

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.launch import accounts
from portal.launch.accounts import Account
from portal.launch.errors import CannotStart

SHELF = Path("/var/lib/amends-postgres")
_POINTER, _POINTER_LOCK = "home.json", "home.lock"
# A Unix socket's path ends at about 100 characters, so a deep folder gets a short one for its socket.
_LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one database and the account that owns them. `asked` is the folder that the caller named."""

    asked: Path
    home: Path
    account: Account

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: the home, or a short one beside the temporary files."""
        if len(str(self.home)) <= _LONGEST_SOCKET_FOLDER:
            return self.home
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"amends-{self.account.uid}-{digest}"


def find(asked: Path) -> Place:
    """Find or make the place for a folder; raise CannotStart when it cannot be.

    As root, data that an ordinary user left in the folder goes on under that user; otherwise the data lives on
    the shelf of the system user and the folder holds a pointer. The mode of a folder that was there is never changed.
    """
    asked = asked.resolve()
    asked.mkdir(mode=0o700, parents=True, exist_ok=True)
    pointer = asked / _POINTER
    if (asked / "data").exists():
        place = Place(asked, asked, accounts.of_uid((asked / "data").stat().st_uid))
    elif accounts.is_root():
        place = _on_the_shelf(asked, pointer)
    elif pointer.exists():
        message = f"The database of {asked} was made by root. Run as root, or remove that folder to begin anew."
        raise CannotStart(message)
    else:
        place = Place(asked, asked, accounts.of_uid(os.geteuid()))
    if not (place.account.ours or accounts.is_root()):
        message = f"The database in {asked} belongs to {place.account.name}. Run as that user or as root."
        raise CannotStart(message)
    _ensure_socket_folder(place)
    return place


def _on_the_shelf(asked: Path, pointer: Path) -> Place:
    account = accounts.system_user(SHELF)
    try:
        if not SHELF.exists():
            SHELF.mkdir(mode=0o755)
            # The umask may have taken away what the server's user needs to pass through.
            SHELF.chmod(0o755)
        home = _home_of(asked, pointer)
        account.make_folder(home)
    except OSError as error:
        message = (
            f"As root the database lives under {SHELF}, which cannot be used ({error}). "
            "Run as an ordinary user, or set PORTAL_DATABASE_URL to a PostgreSQL server of your own."
        )
        raise CannotStart(message) from error
    return Place(asked, home, account)


def _home_of(asked: Path, pointer: Path) -> Path:
    """Follow the pointer, or set it. One at a time, so that two who start at once agree on one home."""
    with (asked / _POINTER_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = _pointed_home(asked, pointer)
        # Put in its place whole, because a crash must never leave half a pointer.
        written = pointer.with_suffix(".new")
        written.write_text(json.dumps({"folder": str(asked), "home": str(home)}))
        written.replace(pointer)
    return home


def _pointed_home(asked: Path, pointer: Path) -> Path:
    """Read the pointer. A checkout that was moved keeps its database; one that was copied gets its own."""
    if pointer.exists():
        kept = json.loads(pointer.read_text())
        moved_here = not (Path(kept["folder"]) / _POINTER).exists()
        if kept["folder"] == str(asked) or moved_here:
            return Path(kept["home"])
    digest = hashlib.sha256(str(asked).encode()).hexdigest()[:8]
    return SHELF / f"{digest}-{secrets.token_hex(4)}"


def _ensure_socket_folder(place: Place) -> None:
    place.account.make_folder(place.socket)
    if place.socket.stat().st_uid != place.account.uid:
        message = f"{place.socket} belongs to somebody else, so the database's socket cannot live there."
        raise CannotStart(message)
