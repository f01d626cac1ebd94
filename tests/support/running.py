"""The whole product as `make run` starts it, on free ports, in a temporary folder, on a throw-away database.

``from tests.support.running import running`` gives the project's own sample, once for a session.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from config import Config
from portal.launch.postgres import Server
from portal.launch.settings import ROOT
from portal.services.toolkit import Toolkit
from portal.wiring import WEB_ROLE, make_toolkit
from tests.support import database
from tests.support.command_line import OURS
from tests.support.engines import engine_of
from tests.support.sandbox_server import Sandbox, free_port

T = TypeVar("T")
_READY = "Amends is ready"
_PATIENCE_SECONDS = 180.0
_STOP_SECONDS = 60.0
# Jobs that are due or run; those that a retry or a sweep will look at later are not waited for.
_BUSY = """
    SELECT count(*) FROM jobs.procrastinate_jobs
    WHERE status = 'doing' OR status = 'todo' AND coalesce(scheduled_at, now()) <= now()
"""


class NotReady(RuntimeError):
    """The product did not start, or what was waited for did not come; the message says what was seen last."""


@dataclass(frozen=True, slots=True)
class Running:
    """The product while it runs: where it listens, its sandbox, its database and its folder."""

    url: str
    sandbox: Sandbox
    database_url: str
    folder: Path
    config: Config

    def rows(self, query: str, values: dict[str, Any] | None = None) -> list[Any]:
        """Ask the database something; values stand as ``%(name)s``."""
        with psycopg.connect(self.database_url, autocommit=True, row_factory=namedtuple_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    @contextmanager
    def toolkit(self) -> Iterator[Toolkit]:
        """Give the toolkit that the web has, for services that are called beside it, and its connections back."""
        made = make_toolkit(self.config, WEB_ROLE)
        try:
            yield made
        finally:
            engine = engine_of(made)
            engine.dispose()

    def is_idle(self) -> bool:
        """Tell whether the worker has nothing to do now."""
        return not self.rows(_BUSY)[0][0]


@contextmanager
def whole_product(
    server: Server, folder: Path, name: str, *, orders: Path | None = None, payments: Path | None = None
) -> Iterator[Running]:
    """Run everything until the block ends, on a migrated database of that name; without a feed, on the sample."""
    ports = [free_port() for _ in range(3)]
    sandbox = Sandbox("127.0.0.1", ports[1], ports[2], folder / "sandbox")
    command = [sys.executable, "-m", "portal.launch", "run", "--instance", str(folder)]
    command += ["--port", str(ports[0]), "--sandbox-port", str(ports[1]), "--mail-port", str(ports[2])]
    if orders and payments:
        command += ["--orders", str(orders), "--payments", str(payments)]
    template = database.migrated_template(server)
    with database.fresh_database(server, name, template=template) as url:
        own = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        # Whoever drives a browser reads the mail with the offers at once, at any hour.
        told_at_once = {"PORTAL_OFFERS_MAIL_SECONDS": "0", "PORTAL_QUIET_HOURS": "00:00-00:00"}
        environment = {**own, **told_at_once, "PORTAL_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
        told = folder / "told.log"
        with told.open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(process, told)
            variables = json.loads((folder / "launch.json").read_text())
            config = Config.from_environment({**variables, **told_at_once, "PORTAL_DATABASE_URL": url}, instance=folder)
            yield Running(f"http://127.0.0.1:{ports[0]}", sandbox, url, folder, config)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], told: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while _READY not in told.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > until:
            raise NotReady(f"the product did not start:\n{told.read_text(errors='replace')}")
        time.sleep(0.1)


def eventually(look: Callable[[], T], what: str, *, seconds: float = 30.0, pause: float = 0.1) -> T:
    """Look again and again until something is there, and give it; raise NotReady with what was waited for."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise NotReady(f"after {seconds:.0f} seconds there is still not: {what}")
        time.sleep(pause)
    return found


def worker_name() -> str:
    """Name the process that runs the tests, among those that share one database server."""
    return os.environ.get("PYTEST_XDIST_WORKER", "only")


@pytest.fixture(scope="session")
def running(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the whole product on the sample, once for a session."""
    name = f"amends_whole_{worker_name()}"
    with whole_product(database_server, tmp_path_factory.mktemp("whole"), name) as product:
        yield product
