"""Connections keep what they prepared from one reading to the next, and nothing that an error may have undone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from portal.records.sessions import make_engine
from portal.records.single_reads import ask_one

_PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%of the test%'")
_OURS = text("SELECT 1 /* of the test */")


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url, pool_size=1)
    yield engine
    engine.dispose()


def read(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(_OURS)


def prepared(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_PREPARED).scalar_one())


def test_a_statement_is_prepared_when_it_comes_again_and_stays_so_after_a_reading(engine: Engine):
    read(engine)
    read(engine)

    read(engine)

    assert prepared(engine) == 1


def test_after_an_error_everything_is_prepared_anew(engine: Engine):
    read(engine)
    read(engine)

    with Session(engine) as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT 1 / 0"))

    assert prepared(engine) == 0


def test_what_a_reading_changed_is_rolled_back(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told (word text)"))

    with Session(engine) as session:
        session.execute(text("INSERT INTO told VALUES ('never')"))

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM told")).scalar_one() == 0


def test_whatever_goes_wrong_in_a_single_read_the_next_transaction_is_one(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told (word text)"))
    with Session(engine) as session, pytest.raises(UnicodeEncodeError):
        ask_one(session, "SELECT $1::text", ("\ud800",))

    with Session(engine) as session:
        session.execute(text("INSERT INTO told VALUES ('never')"))

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM told")).scalar_one() == 0


def test_a_connection_that_dies_in_a_reading_is_not_used_again(engine: Engine, empty_database_url: str):
    other = make_engine(empty_database_url)
    session = Session(engine)
    number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
    other.dispose()

    with pytest.raises(OperationalError):
        session.close()

    read(engine)
    assert prepared(engine) == 0
