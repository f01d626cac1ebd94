"""One launch, from an empty folder to addresses on the screen, and back to silence."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from config import BadConfig, Config
from portal.launch import demonstration, plan, postgres, schema, settings
from portal.launch.children import Children
from portal.launch.demonstration import Feed
from portal.launch.errors import CannotStart
from portal.launch.interruption import Interruption
from portal.launch.plan import Part
from portal.launch.settings import LOOPBACK, Ports, Settings

_LOOK_SECONDS = 0.25


def run(instance: Path, ports: Ports, feed: Feed | None) -> int:
    """Start everything, tell where it is, wait for a signal, stop everything; give the exit code."""
    return _until_stopped(instance, ports, lambda stack, told, gathered: _start(stack, told, gathered, feed).mend)


def hold_database(instance: Path, ports: Ports) -> int:
    """Start the embedded database alone, migrated, for a command that wants nobody else at work; give the exit code."""
    return _until_stopped(instance, ports, _hold)


def _until_stopped(
    instance: Path, ports: Ports, begin: Callable[[ExitStack, Interruption, Settings], Callable[[], None]]
) -> int:
    """Begin, look after what runs until a signal comes, and stop it; give the exit code."""
    interruption = Interruption()
    try:
        with ExitStack() as stack:
            stack.enter_context(_only_launch(instance))
            stack.callback(_tell, "Stopped.")
            # What is entered last is left first: the web stops before the database does.
            mend = begin(stack, interruption, settings.gather(os.environ, instance, ports))
            while True:
                mend()
                time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        return 0
    except (CannotStart, BadConfig) as error:
        sys.stderr.write(f"\n{error}\n")
        return 1


def _hold(stack: ExitStack, interruption: Interruption, gathered: Settings) -> Callable[[], None]:
    Children(gathered.instance, interruption).stop_leftovers()
    gathered, server = _with_database(stack, interruption, gathered)
    if server is None:
        raise CannotStart("The database is one of your own (PORTAL_DATABASE_URL), so there is none to start.")
    stack.callback(interruption.ignore)
    _migrate(gathered)
    _tell("The database is ready; Ctrl-C stops it")
    return _Started(None, server).mend


@dataclass(frozen=True, slots=True)
class _Started:
    """What runs: our parts, and the embedded database, where it is ours."""

    children: Children | None
    server: postgres.Server | None

    def mend(self) -> None:
        """Start again what was killed, the database first; raise CannotStart where that does not help."""
        if self.server is not None and self.server.revive():
            _tell("The database had ended, and is started again")
        if self.children is not None:
            self.children.mend(_tell)


def _start(stack: ExitStack, interruption: Interruption, gathered: Settings, feed: Feed | None) -> _Started:
    began = time.monotonic()
    children = Children(gathered.instance, interruption)
    children.stop_leftovers()
    _ensure_ports_are_free(gathered)
    gathered, server = _with_database(stack, interruption, gathered)
    stack.callback(children.stop)
    stack.callback(interruption.ignore)
    _migrate(gathered)
    _start_parts(children, [*plan.outside(gathered)], gathered)
    said = "" if gathered.is_production else demonstration.prepare(gathered, feed, _tell)
    _start_parts(children, [*plan.inside(gathered)], gathered)
    print(_addresses(gathered, said, time.monotonic() - began), flush=True)
    return _Started(children, server)


def _with_database(
    stack: ExitStack, interruption: Interruption, gathered: Settings
) -> tuple[Settings, postgres.Server | None]:
    """Start the embedded database, where it is ours, and tell the settings where it is."""
    if not gathered.own_database or gathered.is_production:
        return gathered, None
    _tell("Starting the database")
    with interruption.held_back():
        server = postgres.start(gathered.instance / "postgres")
        stack.callback(server.stop)
    return replace(gathered, variables={**gathered.variables, "PORTAL_DATABASE_URL": server.url}), server


def _migrate(gathered: Settings) -> None:
    config = Config.from_environment(gathered.child_environment(), instance=gathered.instance)
    settings.write_down(gathered)
    schema.upgrade(config.database_url)


def _start_parts(children: Children, parts: list[Part], gathered: Settings) -> None:
    for part in parts:
        _tell(f"Starting the {part.name}")
        children.start(part, gathered.child_environment())
    children.wait_until_ready()


def _ensure_ports_are_free(gathered: Settings) -> None:
    ports = gathered.ports
    _ensure_free(ports.web, "web")
    if gathered.needs_sandbox:
        _ensure_free(ports.sandbox, "sandbox")
        _ensure_free(ports.mail, "sandbox's mail server")


def _ensure_free(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            message = (
                f"Port {port}, which the {name} needs, is in use by another program. "
                "Stop that program, or choose other ports; README.md says how."
            )
            raise CannotStart(message) from error


@contextmanager
def _only_launch(instance: Path) -> Iterator[None]:
    """Let one launch at a time use an instance folder."""
    instance.mkdir(exist_ok=True)
    with (instance / "launch.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Amends already runs from {instance}. Stop that one first, with Ctrl-C where it was started."
            raise CannotStart(message) from None
        yield


def _tell(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def _addresses(gathered: Settings, said: str, seconds: float) -> str:
    web, sandbox = gathered.ports.web_url, gathered.ports.sandbox_url
    lines = [
        "",
        f"Amends is ready ({seconds:.0f} seconds).",
        "",
        f"  Customers   {web}/",
        f"  Staff       {web}/staff/",
        f"  Finance     {web}/finance/",
    ]
    if gathered.needs_sandbox:
        lines += [
            f"  Sandbox     {sandbox}/           everything that stands in for the world outside",
            f"  Mailbox     {sandbox}/mailbox    where every mail arrives, sign-in codes too",
            f"  Codes       {sandbox}/codes      the authenticator of the demonstration's staff",
            f"  Stripe      {sandbox}/stripe     what the Stripe double holds",
            f"  Warehouse   {sandbox}/warehouse  what is being sent again",
            f"  Checkout    {sandbox}/checkout   a small shop that takes store credit",
        ]
    if said:
        lines += ["", *(f"  {line}".rstrip() for line in said.splitlines())]
    return "\n".join([*lines, "", f"  Logs in {gathered.instance / 'logs'}. Ctrl-C stops everything.", ""])
