"""Who runs the database server: ourselves, or, because PostgreSQL refuses root, a system user of its own."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.launch.errors import CannotStart

SYSTEM_USER = "amends-postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system. `ours` is true when it is the one that runs this very process."""

    name: str
    uid: int
    gid: int
    ours: bool

    def run(self, command: Sequence[str | Path], *, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, with hardly any environment; its exit code is the caller's to read."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=folder or "/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            # A Ctrl-C at the keyboard is for the launch, which stops things in order.
            process_group=0,
            user=None if self.ours else self.uid,
            group=None if self.ours else self.gid,
            extra_groups=None if self.ours else [],
        )

    def can_run(self, program: Path) -> bool:
        """Tell whether this user reaches a program and may run it."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except PermissionError:
            return False

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only this user opens; one that was there before is left as it is."""
        if folder.exists():
            return
        # Under its name only once it is this user's, because another start may look at it in between.
        made = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
        made.mkdir(mode=0o700)
        if not self.ours:
            os.chown(made, self.uid, self.gid)
        try:
            made.rename(folder)
        except OSError:
            made.rmdir()
            if not folder.exists():
                raise


def is_root() -> bool:
    """Tell whether this process runs as root."""
    return os.geteuid() == 0


def of_uid(uid: int) -> Account:
    """Name the account of a user id; raise CannotStart when the system has no such user, as PostgreSQL would."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        message = f"This system has no user with the id {uid}, and PostgreSQL does not run without a name for its user."
        raise CannotStart(message) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, ours=entry.pw_uid == os.geteuid())


def system_user(home: Path) -> Account:
    """Find the system user for the database, or make it; only root can."""
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _make_system_user(home)
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, ours=False)


def _make_system_user(home: Path) -> None:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", str(home), "--shell", "/bin/false", SYSTEM_USER]
    else:
        command = ["adduser", "-S", "-D", "-H", "-h", str(home), "-s", "/bin/false", SYSTEM_USER]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = done.stderr.strip() if done.returncode else ""
    except FileNotFoundError:
        said = "there is neither useradd nor adduser"
    if said:
        message = (
            f"PostgreSQL does not run as root, and a system user {SYSTEM_USER} cannot be made ({said}). "
            "Run as an ordinary user, or set PORTAL_DATABASE_URL to a PostgreSQL server of your own."
        )
        raise CannotStart(message)
