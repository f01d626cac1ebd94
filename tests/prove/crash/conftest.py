"""The PostgreSQL server, the sandbox and the shop of the Crash suite."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.actors import Actor
from portal.launch import postgres
from portal.services.publish_policy import publish_policy
from tests.prove.crash.world import World, a_world
from tests.support import database
from tests.support.builders import DEFAULT_POLICY
from tests.support.sandbox_server import Sandbox, free_port, running_sandbox


@pytest.fixture(scope="session")
def crash_server() -> Iterator[postgres.Server]:
    """Run a server of our own, as durable as that of `make run`: what was committed must outlive its death."""
    base = Path(tempfile.gettempdir()) / f"amends-crash-{os.geteuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    database.sweep(base)
    server = postgres.start(base / uuid.uuid4().hex[:8])
    yield server
    server.discard()


@pytest.fixture(scope="session")
def web_port() -> int:
    """Choose where the web listens, so that the sandbox knows where to send its news."""
    return free_port()


@pytest.fixture(scope="session")
def crash_sandbox(tmp_path_factory: pytest.TempPathFactory, web_port: int) -> Iterator[Sandbox]:
    """Run a sandbox."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), portal=f"http://127.0.0.1:{web_port}") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def open_world(
    crash_server: postgres.Server, crash_sandbox: Sandbox, web_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Open a shop for the tests of one file: each leaves it at rest."""
    with a_world(crash_server, crash_sandbox, web_port, tmp_path_factory.mktemp("world")) as opened:
        publish_policy(
            opened.toolkit,
            source=DEFAULT_POLICY.read_text(encoding="utf-8"),
            actor=Actor.system("tests"),
            despite="It is known.",
        )
        yield opened


@pytest.fixture
def world(open_world: World) -> Iterator[World]:
    """Give the shop of this file; what a test that failed has left running is killed, and its doors are cleared."""
    yield open_world
    open_world.sandbox.no_faults()
    for door in open_world.doors.all():
        door.clear()
        door.open()
    for process in open_world.processes:
        if process is not open_world.at_work:
            process.resume()
            process.kill()
    open_world.processes = [one for one in open_world.processes if one is open_world.at_work]
