"""A process that stands still in the middle of a transaction keeps its locks for minutes, and not for hours."""

import psycopg
import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.records.sessions import connection_options, libpq_url, make_engine, make_sessions
from portal.wiring import WEB_ROLE, WORKER_ROLE

_LIMIT = "SHOW idle_in_transaction_session_timeout"
_HOLD = "INSERT INTO event_polls (sender, polled_at) VALUES ('tests', now())"


@pytest.mark.parametrize("role", [WEB_ROLE, WORKER_ROLE, None])
def test_every_connection_of_web_and_worker_has_the_limit(database_url: str, role: str | None):
    engine = make_engine(database_url, role)
    with engine.connect() as connection:
        in_engine = connection.execute(text(_LIMIT)).scalar()
    engine.dispose()
    with psycopg.connect(libpq_url(database_url), options=connection_options(database_url, role)) as connection:
        in_queue = connection.execute(_LIMIT).fetchone()

    assert (in_engine, in_queue) == ("5min", ("5min",))


@pytest.mark.proves("fault 61")
def test_what_a_process_that_stands_still_has_locked_is_free_after_the_limit(database_url: str):
    engine = make_engine(database_url, WORKER_ROLE, pool_size=2)
    sessions = make_sessions(engine)
    with psycopg.connect(libpq_url(database_url), autocommit=True, options="-c lock_timeout=50ms") as another:
        with sessions() as asleep:
            asleep.execute(text("SET idle_in_transaction_session_timeout = '2s'"))
            asleep.execute(text(_HOLD))
            with pytest.raises(LockNotAvailable):
                another.execute(_HOLD)
            another.execute("SET lock_timeout = '20s'")

            held = another.execute(_HOLD).rowcount

            with pytest.raises(DBAPIError):
                asleep.execute(text("SELECT 1"))
            asleep.rollback()
        with sessions() as awake:
            assert awake.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
    assert held == 1
