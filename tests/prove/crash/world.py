"""A shop that runs as real processes on a database of its own, with a door to everything that it speaks to."""

import itertools
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row

from config import Config
from portal.domain.problems import Problem
from portal.launch import plan, postgres, readiness
from portal.launch.settings import ROOT, Ports, Settings
from portal.services.toolkit import Toolkit
from portal.wiring import WEB_ROLE, make_toolkit
from tests.prove.crash.doors import Door
from tests.prove.crash.processes import Process
from tests.prove.crash.reading import Plain, Statements
from tests.support import database
from tests.support.command_line import OURS
from tests.support.engines import engine_of
from tests.support.sandbox_server import SECRET_KEY, WAREHOUSE_SECRET, WEBHOOK_SECRET, Sandbox
from tests.support.shop import AnOrder, Shop

_NAMES = itertools.count(1)
_STREETS = itertools.count(1)
_BEATS = "SELECT count(*) AS workers FROM jobs.procrastinate_workers"
_DEAD_FOR_AN_HOUR = "UPDATE jobs.procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"


@dataclass(frozen=True)
class Doors:
    """The doors of the worker, and the one between the web and the database."""

    database: Door
    stripe: Door
    mail: Door
    of_web: Door

    def all(self) -> tuple[Door, ...]:
        return self.database, self.stripe, self.mail, self.of_web


@dataclass
class World:
    """The shop. ``shop`` makes orders and claims beside the processes, straight on the database."""

    server: postgres.Server
    name: str
    sandbox: Sandbox
    web_port: int
    folder: Path
    doors: Doors
    began: datetime
    processes: list[Process] = field(default_factory=list)
    # The worker that a test left at work, for the next one; and how many mails may have come twice so far.
    at_work: Process | None = None
    extra_mails: int = 0
    toolkit: Toolkit = field(init=False)
    shop: Shop = field(init=False)

    def __post_init__(self) -> None:
        self.toolkit = make_toolkit(self.config(), WEB_ROLE)
        # Real processes do its jobs, by ports of their own.
        self.shop = Shop(self.toolkit, self.sandbox, None, cast("Any", None), [])

    @property
    def database_url(self) -> str:
        """The database itself, around every door."""
        return self.server.url_of(self.name)

    def config(self) -> Config:
        return Config.from_environment(self.environment(door=None), instance=self.folder)

    def environment(self, *, door: Door | None, **more: str) -> dict[str, str]:
        """Give the whole environment of a process whose database is behind a door; none is the database itself."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return kept | {
            "PORTAL_ENVIRONMENT": "sandbox",
            "PORTAL_ORIGIN": f"http://127.0.0.1:{self.web_port}",
            "PORTAL_PHOTO_FOLDER": str(self.folder / "photos"),
            "PORTAL_DATABASE_URL": self._through(door),
            # Work that waits by the clock would only make every crash wait.
            "PORTAL_OFFERS_MAIL_SECONDS": "0",
            "MAIL_FROM": "hello@goodparcel.example",
            "SMTP_URL": f"smtp://127.0.0.1:{self.doors.mail.port}",
            "WAREHOUSE_URL": self.sandbox.url,
            "WAREHOUSE_SECRET": WAREHOUSE_SECRET,
            "SECRET_KEY": "the key of the crash suite, which is long enough",
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": f"http://127.0.0.1:{self.doors.stripe.port}",
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def lost_order(self, **wanted: Any) -> AnOrder:
        """Make an order whose parcel never came.

        Nobody lives where another does, or a limit would leave the twenty-first of them to a person.
        """
        return self.shop.lost_order(**{"street": f"Rua {next(_STREETS)}", **wanted})

    def reported(self) -> tuple[AnOrder, str]:
        """Let somebody report a parcel that never came; give the order and the claim's ref."""
        order = self.lost_order()
        return order, self.shop.report(order, Problem.MISSING_PACKAGE)

    def worker(self, *, root: Path = ROOT) -> Process:
        """Start a worker behind the doors, and wait until it is at work."""
        before = self.rows(_BEATS)[0].workers
        started = self.start("worker", self.doors.database, root=root)
        # The one before it may be forgotten as this one registers, so its heartbeat tells it too.
        since = datetime.now(UTC)
        fresh = "SELECT count(*) AS workers FROM jobs.procrastinate_workers WHERE last_heartbeat >= %(since)s"
        started.until(
            lambda: self.rows(_BEATS)[0].workers > before or self.rows(fresh, {"since": since})[0].workers > 0
        )
        return started

    def web(self, *, root: Path = ROOT, port: int | None = None, **more: str) -> Process:
        """Start the web behind its door, and wait until it answers."""
        started = self.start("web", self.doors.of_web, root=root, port=port, **more)
        started.until(readiness.answers(port or self.web_port, "/readyz"))
        return started

    def start(self, part: str, door: Door, *, root: Path = ROOT, port: int | None = None, **more: str) -> Process:
        """Start the web or a worker by the very command of the launch."""
        environment = self.environment(door=door, **more)
        ports = Ports(port or self.web_port, self.sandbox.port, self.sandbox.smtp_port)
        settings = Settings(
            self.folder, ports, environment, own_database=False, needs_sandbox=True, is_production=False
        )
        command = next(one.command for one in plan.inside(settings) if one.name == part)
        process = Process(part, command, environment, self.folder / f"{part}.log", root)
        self.processes.append(process)
        return process

    def forget_the_dead(self) -> None:
        """Let an hour pass for every worker that has died: the next one takes what it held at once."""
        self.do(_DEAD_FOR_AN_HOUR)

    def refunds_at_stripe(self, payment_intent: str) -> list[dict[str, Any]]:
        """List what the double holds of a payment."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        answer = self.sandbox.raw("GET", f"/v1/refunds?payment_intent={payment_intent}&limit=100", None, headers)[1]
        listed: list[dict[str, Any]] = json.loads(answer)["data"]
        return listed

    def reconnect(self) -> None:
        """Drop the toolkit's own connections: those to a server that is gone."""
        engine = engine_of(self.toolkit)
        engine.dispose()

    def rows(self, query: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Ask the database something; values stand as ``%(name)s``."""
        with psycopg.connect(self.database_url, autocommit=True, row_factory=namedtuple_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def do(self, statement: str) -> None:
        """Change something behind the product's back."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        for process in self.processes:
            process.resume()
            process.kill()
        for door in self.doors.all():
            door.close()
        self.reconnect()

    def _through(self, door: Door | None) -> str:
        if door is None:
            return self.database_url
        return f"postgresql://postgres@127.0.0.1:{door.port}/{self.name}?sslmode=disable&gssencmode=disable"


@contextmanager
def a_world(server: postgres.Server, sandbox: Sandbox, web_port: int, folder: Path) -> Iterator[World]:
    """Open a shop with the default policy on a fresh database; nothing of it runs yet."""
    name = f"crash_{os.getpid()}_{next(_NAMES)}"
    socket_path = str(server.place.socket / ".s.PGSQL.5432")
    doors = Doors(
        Door(socket_path, Statements),
        Door((sandbox.host, sandbox.port), Plain),
        Door((sandbox.host, sandbox.smtp_port), Plain),
        Door(socket_path, Statements),
    )
    names = {"name": sql.Identifier(name), "template": sql.Identifier(database.migrated_template(server))}
    # Each by a connection of its own: the server may be restarted in between.
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
    world = World(server, name, sandbox, web_port, folder, doors, datetime.now(UTC))
    try:
        yield world
    finally:
        world.close()
        with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


def eventually(look: Any, what: str, *, seconds: float = 30.0) -> Any:
    """Look again and again until something is there, and give it."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise AssertionError(f"after {seconds:.0f} seconds there is still not: {what}")
        time.sleep(0.05)
    return found
