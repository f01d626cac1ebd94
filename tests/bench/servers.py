"""Starts what is measured, as `make run` starts it, in a folder of its own and on free ports, and stops it again."""

import os
import socket
import tempfile
import uuid
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from config import Config
from portal.launch import plan, postgres, readiness, schema, settings
from portal.launch.children import Children
from portal.launch.interruption import Interruption
from portal.launch.plan import Part
from portal.launch.settings import Ports, Settings
from tests.bench import floor
from tests.support.database import fresh_database

_FLOOR = "tests.bench.floor:application"


@dataclass(frozen=True, slots=True)
class Servers:
    """What runs: where it listens, its database, and the environment that its parts were given."""

    settings: Settings
    floor_port: int
    database: postgres.Server
    processes: dict[str, psutil.Process]
    children: Children

    def start(self, name: str) -> None:
        """Start a part of the portal that was left out, and wait until it is ready."""
        part = next(part for part in plan.inside(self.settings) if part.name == name)
        self.processes[name] = _start(self.children, part, self.settings)
        self.children.wait_until_ready()

    @property
    def web_port(self) -> int:
        """The port of the portal."""
        return self.settings.ports.web

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command that belongs to this shop."""
        return self.settings.child_environment()

    @property
    def config(self) -> Config:
        """The settings of this shop."""
        return Config.from_environment(self.environment, instance=self.settings.instance)


@contextmanager
def database_server() -> Iterator[postgres.Server]:
    """Run a PostgreSQL server as durable as that of `make run`, and remove its data afterwards."""
    base = Path(tempfile.gettempdir()) / f"amends-bench-{os.geteuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    for folder in base.iterdir():
        if postgres.is_abandoned(folder):
            postgres.start(folder).discard()
    server = postgres.start(base / uuid.uuid4().hex[:8])
    try:
        yield server
    finally:
        server.discard()


@contextmanager
def whole_shop(
    server: postgres.Server,
    folder: Path,
    interruption: Interruption,
    *,
    without: Container[str] = (),
    told: Mapping[str, str] | None = None,
) -> Iterator[Servers]:
    """Run the floor, the sandbox, the web and the worker on a database of their own, but for parts that start later.

    told: settings of this shop, as variables of the environment.
    """
    folder.mkdir()
    with fresh_database(server, f"bench_{folder.name}") as url:
        own = {"PORTAL_DATABASE_URL": url, "FLOOR_DATABASE_URL": url, **(told or {})}
        yield from _opened(replace(server, url=url), folder, interruption, own, without)


def _opened(
    database: postgres.Server,
    folder: Path,
    interruption: Interruption,
    variables: Mapping[str, str],
    without: Container[str],
) -> Iterator[Servers]:
    """Start a shop on an empty database, and stop it once whoever asked for it is done."""
    ports = Ports(web=_free_port(), sandbox=_free_port(), mail=_free_port())
    gathered = settings.gather({}, folder, ports)
    gathered = replace(gathered, variables={**gathered.variables, **variables})
    schema.upgrade(database.url)
    floor.prepare(database.url)
    children = Children(folder, interruption)
    processes: dict[str, psutil.Process] = {}
    floor_port = _free_port()
    try:
        for part in (*plan.outside(gathered), *plan.inside(gathered), _floor_part(gathered, floor_port)):
            if part.name not in without:
                processes[part.name] = _start(children, part, gathered)
        children.wait_until_ready()
        yield Servers(gathered, floor_port, database, processes, children)
    finally:
        children.stop()


def _start(children: Children, part: Part, gathered: Settings) -> psutil.Process:
    before = set(psutil.Process().children())
    children.start(part, gathered.child_environment())
    return next(process for process in psutil.Process().children() if process not in before)


def _floor_part(gathered: Settings, port: int) -> Part:
    """Run the floor by the very line that runs the web, but for the port and the application."""
    elsewhere = replace(gathered, ports=replace(gathered.ports, web=port))
    web = next(part for part in plan.inside(elsewhere) if part.name == "web")
    command = (*web.command[:-1], _FLOOR)
    return replace(web, name="floor", command=command, ready=readiness.answers(port, "/1"))


def cpu_seconds(servers: Servers) -> dict[str, float]:
    """Tell how much processor time each part has used so far."""
    spent = {name: _of_family(process) for name, process in servers.processes.items()}
    postmaster = servers.database.place.data / "postmaster.pid"
    spent["database"] = _of_family(psutil.Process(int(postmaster.read_text().split("\n", 1)[0])))
    return spent


def _of_family(process: psutil.Process) -> float:
    return sum(_own(one) for one in (process, *process.children(recursive=True))) + _past_children(process)


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _past_children(process: psutil.Process) -> float:
    times = process.cpu_times()
    return getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
