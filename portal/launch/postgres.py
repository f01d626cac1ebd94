"""The embedded PostgreSQL server: reached through a Unix socket only, shared by everybody who starts its folder.

Each user of a server holds a shared lock on one file. The kernel drops it when the process dies, however it dies, so
the last one who stops really stops the server, and a server whose starter was killed is found and used again.
"""

import fcntl
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from portal.launch import binaries, places
from portal.launch.errors import CannotStart
from portal.launch.places import Place
from portal.launch.pulse import Pulse, refuses

DATABASE = "amends"
_PATIENCE_SECONDS = 60
# A server that refuses everybody is not asked politely for as long as one that is left. Told to end at once, it kills
# whoever of its processes is still there after five.
_LAST_SECONDS = 10
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
}
# Several products share a server of tests, each with connections for all its threads.
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
}


@dataclass(slots=True)
class Server:
    """A running server that we use. `url` is for SQLAlchemy and for psycopg alike."""

    url: str
    place: Place
    programs: Path
    using: IO[str]
    durable: bool
    pulse: Pulse = field(init=False)

    def __post_init__(self) -> None:
        self.pulse = Pulse(self.url)

    def revive(self) -> bool:
        """Start the server again where it has ended by itself, or takes nobody any more; tell whether it did.

        Raises CannotStart.
        """
        if _runs(self.place) and not self.pulse.is_lost(_pid(self.place)):
            return False
        with _alone(self.place):
            # Another of its users may have been quicker.
            if _runs(self.place) and refuses(self.url, _pid(self.place)):
                _end(self.place, self.programs, patience=_LAST_SECONDS)
            if not _runs(self.place):
                _start(self.place, self.programs, durable=self.durable)
            _ensure_database(self.place)
        return True

    def url_of(self, database: str) -> str:
        """Give the address of another database of this server."""
        return _url(self.place, database)

    def stop(self, *, patience: int = _PATIENCE_SECONDS) -> None:
        """Leave the server; the last one who leaves stops it. Twice is harmless. patience: seconds to stop in order."""
        self._leave(remove=False, patience=patience)

    def discard(self) -> None:
        """Leave the server; the last one who leaves removes its data for good: for the servers of tests."""
        self._leave(remove=True)

    def _leave(self, *, remove: bool, patience: int = _PATIENCE_SECONDS) -> None:
        if self.using.closed:
            return
        with _alone(self.place):
            if self.leave_alone(patience) and remove:
                for folder in {self.place.home, self.place.socket, self.place.asked}:
                    shutil.rmtree(folder, ignore_errors=True)

    def leave_alone(self, patience: int = _PATIENCE_SECONDS) -> bool:
        """Leave while holding the start lock; tell whether we were the last one, and so stopped it."""
        last = _is_last(self.using)
        if last:
            _end(self.place, self.programs, patience=patience)
        self.using.close()
        return last


def start(folder: Path, *, durable: bool = True) -> Server:
    """Start the server of a folder, or join it where it runs; make its database first where there is none.

    Without `durable` nothing is flushed to disk: only for data that may be lost. Raises CannotStart.
    """
    place = places.find(folder)
    programs = binaries.usable_by(place.account, places.SHELF)
    with _alone(place):
        if not (place.data / "PG_VERSION").exists():
            _make_data(place, programs)
        # Only opened for its lock, and kept open for as long as the server is in use.
        server = Server(_url(place, DATABASE), place, programs, (place.asked / "users.lock").open("w"), durable)
        fcntl.flock(server.using, fcntl.LOCK_SH)
        try:
            if not _runs(place):
                _start(place, programs, durable=durable)
            _ensure_database(place)
        except BaseException:
            server.leave_alone()
            raise
    return server


def is_abandoned(folder: Path) -> bool:
    """Tell whether nobody uses the server of a folder any more, whether it runs or not."""
    if not (folder / "users.lock").exists():
        return True
    with (folder / "users.lock").open("w") as using:
        return _is_last(using)


def _url(place: Place, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(str(place.socket), safe='/')}"


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Let one process at a time start or stop the server of a folder."""
    with (place.asked / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(using: IO[str]) -> bool:
    try:
        fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_data(place: Place, programs: Path) -> None:
    """Make the data folder; one that was cut short has no PG_VERSION file yet and is made anew."""
    shutil.rmtree(place.data, ignore_errors=True)
    command: list[str | Path] = [
        programs / "bin" / "initdb",
        "--pgdata",
        place.data,
        "--username=postgres",
        "--auth=trust",
    ]
    # The builtin locale sorts and folds the same on every machine, whatever its C library.
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
    done = place.account.run(command, folder=place.home)
    if done.returncode:
        message = f"PostgreSQL could not make its data folder {place.data}:\n{done.stdout.strip()}"
        raise CannotStart(message)


def _runs(place: Place) -> bool:
    """Tell whether the server of this folder runs. A pid file that a crash left is removed."""
    pid_file = place.data / "postmaster.pid"
    if not pid_file.exists():
        return False
    first_line = pid_file.read_text().split("\n", 1)[0].strip()
    if first_line.isdigit() and str(place.data) in _command_line(int(first_line)):
        return True
    pid_file.unlink()
    return False


def _pid(place: Place) -> int:
    """Read which process the server is; 0 when it has just ended."""
    try:
        return int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _end(place: Place, programs: Path, *, patience: int) -> None:
    """Stop the server: in order where it can, else at once; what was committed is in its log of writes either way."""
    if _pg_ctl(place, programs, "stop", "--mode=fast", patience=patience):
        _pg_ctl(place, programs, "stop", "--mode=immediate", patience=_LAST_SECONDS)


def _end_orphans(place: Place) -> None:
    """Kill what is left of a server that is dead. Its log of writes has all that was committed."""
    if _runs(place):
        return
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == str(place.data):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def _command_line(pid: int) -> list[str]:
    """Read what a process was started with; nothing when there is none, or it is somebody else's."""
    try:
        return list(psutil.Process(pid).cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []


def _start(place: Place, programs: Path, *, durable: bool) -> None:
    settings = _SETTINGS | {"unix_socket_directories": f'"{place.socket}"'} | ({} if durable else _THROW_AWAY)
    options = " ".join(shlex.join(["-c", f"{name}={value}"]) for name, value in settings.items())
    for attempt in range(5):
        done = _pg_ctl(place, programs, "start", "--log", place.log, "--options", options)
        if done == 0:
            return
        if _runs(place) and refuses(_url(place, "postgres"), _pid(place)):
            _end(place, programs, patience=_LAST_SECONDS)
        # After a kill the last children of the old server hold its memory for a moment longer, or until they wake.
        time.sleep(attempt)
        _end_orphans(place)
    tail = "\n".join(place.log.read_text(errors="replace").splitlines()[-8:]) if place.log.exists() else "(no log)"
    message = f"The embedded PostgreSQL did not start. The end of its log, {place.log}:\n{tail}"
    raise CannotStart(message)


def _pg_ctl(place: Place, programs: Path, *arguments: str | Path, patience: int = _PATIENCE_SECONDS) -> int:
    command: list[str | Path] = [programs / "bin" / "pg_ctl", "--pgdata", place.data, "--wait", "--silent"]
    command += ["--timeout", str(patience), *arguments]
    return place.account.run(command, folder=place.home).returncode


def _ensure_database(place: Place) -> None:
    """Wait until the server answers, which takes a while after a crash, and make our database once."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with psycopg.connect(_url(place, "postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not known:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                message = f"The embedded PostgreSQL runs but does not answer ({error})."
                raise CannotStart(message) from error
            time.sleep(0.1)
