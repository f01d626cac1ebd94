"""A whole book for tests of the invariants: written once, and each test leaves it as it was."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.domain.ports_books import Books
from portal.launch.postgres import Server
from portal.records.invariants.parameters import parameters
from portal.records.sessions import make_engine
from tests.support import database
from tests.support.running import worker_name
from tests.support.whole_book import write_whole_book

_CLAIMS = 16


@pytest.fixture(scope="session")
def whole_book(database_server: Server) -> Iterator[Engine]:
    """Give a database with a whole book, as the role that migrates it."""
    template = database.migrated_template(database_server)
    with database.fresh_database(database_server, f"amends_book_{worker_name()}", template=template) as url:
        with psycopg.connect(url) as connection:
            write_whole_book(connection, _CLAIMS)
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def book(whole_book: Engine) -> Iterator[Session]:
    """Open the whole book without its triggers and foreign keys; whatever is done to it is rolled back."""
    with Session(whole_book) as session:
        session.connection().exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield session


@pytest.fixture
def values() -> dict[str, Any]:
    """Give the parameters of the queries, without any books of a provider."""
    return parameters(now=datetime(2026, 3, 20, tzinfo=UTC), live=False, books=Books(), at_rest=False, zone="UTC")
