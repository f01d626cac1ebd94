"""What every test may ask for, and what none may do."""

import os
import sys
import uuid
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from portal.launch.postgres import Server
from portal.services import passwords
from tests.support import database, shared_engine

# How long an example takes says nothing on a busy machine; speed is measured in benchmarks.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")

pytest_plugins = ["tests.reliability.plugin", "tests.support.schedule"]

_LOOPBACK = ("127.", "::1", "localhost")


class OutsideWorld(RuntimeError):
    """A test tried to reach a machine that is not this one."""


def _refuse_the_outside_world(event: str, arguments: tuple[object, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
        raise OutsideWorld(f"tests talk to this machine only, not to {address[0]}")


sys.addaudithook(_refuse_the_outside_world)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash with the least of argon2: the product that the journeys start pays its whole price."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def database_server() -> Iterator[Server]:
    """Give the throw-away PostgreSQL server of this run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    with database.throw_away_server(run[:12]) as server:
        yield server


@pytest.fixture(scope="session")
def worker_database_url(database_server: Server) -> Iterator[str]:
    """Give this worker's migrated database for the whole run: for engines and apps. It is not emptied by this."""
    name = f"amends_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    template = database.migrated_template(database_server)
    with database.fresh_database(database_server, name, template=template) as url:
        yield url
        shared_engine.close(url)


@pytest.fixture(scope="session")
def _cleaner(worker_database_url: str) -> Iterator[database.Cleaner]:
    cleaner = database.Cleaner(worker_database_url)
    yield cleaner
    cleaner.close()


@pytest.fixture
def database_url(worker_database_url: str, _cleaner: database.Cleaner) -> Iterator[str]:
    """Give a migrated database that holds only its seed; what the test leaves is deleted after it."""
    yield worker_database_url
    _cleaner.clean()


@pytest.fixture
def empty_database_url(database_server: Server) -> Iterator[str]:
    """Give a database with nothing in it, not even a migration, for this test alone."""
    with database.fresh_database(database_server, f"amends_{uuid.uuid4().hex[:12]}") as url:
        yield url
