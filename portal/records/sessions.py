"""Engines and sessions. A session is opened by a service (through its toolkit) or, to read, by a view."""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from psycopg import Connection
from psycopg import Error as DriverError
from psycopg import InterfaceError as DriverMisuse
from psycopg import OperationalError as DriverOutage
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from portal.records import outbox

__all__ = [
    "IntegrityError",
    "SQLAlchemyError",
    "Session",
    "is_passing",
    "make_engine",
    "make_sessions",
    "violates",
]

_TRUSTED_SECONDS = 5.0
_PREPARED_STATEMENTS = 500
# A statement that comes a second time comes a thousandth time: we have a fixed set of them.
_PREPARED_AFTER = 1
# A process that stands still in the middle of a transaction keeps its locks no longer than this, and what it held is
# done by another. A worker that hands letters over sits in one for minutes at most.
_FORGOTTEN_AFTER = "5min"
_SEARCH_PATH = "-c search_path=public,jobs"
# Serialization failure, deadlock, lock not available: the whole transaction may be tried again.
_PASSING = frozenset({"40001", "40P01", "55P03"})


def driver_url(url: str) -> str:
    """Name psycopg 3 as the driver of a plain PostgreSQL address."""
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


def libpq_url(url: str) -> str:
    """Write an address without SQLAlchemy's driver name, for tools that speak to PostgreSQL themselves."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def connection_options(url: str, role: str | None) -> str:
    """Write what every connection starts with: its search path, its role where the database has it, its time limits."""
    role_option = f" -c role={role}" if role and _may_be(url, role) else ""
    limits = f"-c lock_timeout=5s -c statement_timeout=60s -c idle_in_transaction_session_timeout={_FORGOTTEN_AFTER}"
    return f"{_SEARCH_PATH}{role_option} {limits} -c timezone=UTC"


@lru_cache(maxsize=8)
def _may_be(url: str, role: str) -> bool:
    """Ask the database once: the web, the worker and a command each make several things of the same role."""
    engine = create_engine(driver_url(url))
    with engine.connect() as connection:
        asked = text("SELECT pg_has_role(current_user, oid, 'member') FROM pg_roles WHERE rolname = :role")
        allowed = connection.execute(asked, {"role": role}).scalar()
    engine.dispose()
    return bool(allowed)


def make_engine(url: str, role: str | None = None, *, pool_size: int = 5, hide_parameters: bool = False) -> Engine:
    """Make an engine whose connections run under a role, where the database has it."""
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        # The connection that was left last has the most of our statements prepared; the others rest.
        pool_use_lifo=True,
        connect_args={
            "options": connection_options(url, role),
            "connect_timeout": 5,
            "prepare_threshold": _PREPARED_AFTER,
        },
        hide_parameters=hide_parameters,
        pool_reset_on_return=None,
    )
    _watch(engine)
    return engine


class LastingConnection(Connection[Any]):
    """A connection that keeps what it prepared when a transaction that met no error ends with a rollback.

    Every page that reads ends so, and the driver would drop all prepared statements each time, for the sake of types
    that were made in the transaction. Ours makes none; after an error the driver does as it always does.
    """

    def rollback(self) -> None:
        """Roll back; a connection that is lost is closed, and OperationalError is raised as by the driver."""
        if self.pgconn.transaction_status == TransactionStatus.INTRANS:
            try:
                self.pgconn.exec_(b"ROLLBACK")
            except DriverOutage:
                self.close()
                raise
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().rollback()


def _connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, given: Sequence[Any], named: dict[str, Any]
) -> LastingConnection:
    return LastingConnection.connect(*given, **named)


def _watch(engine: Engine) -> None:
    """Hand connections out as they are wanted, and ask them as little as can be.

    Whether one still lives it is asked only after it lay idle: asking every time is one query in eight.
    """

    def connected(connection: Connection[Any], _record: ConnectionPoolEntry) -> None:
        # The driver's hundred is fewer than we have, and each one dropped is prepared again.
        connection.prepared_max = _PREPARED_STATEMENTS

    def left(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["left_at"] = time.monotonic()

    def put_back(connection: Connection[Any], _record: ConnectionPoolEntry, _state: object) -> None:
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            connection.rollback()

    def taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _fairy: object) -> None:
        left_at = record.info.get("left_at")
        if left_at is None or time.monotonic() - left_at < _TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except DriverError as error:
            raise InvalidatePoolError from error

    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", connected)
    event.listen(engine, "reset", put_back)
    event.listen(engine, "checkin", left)
    event.listen(engine, "checkout", taken)


def make_sessions(engine: Engine, hand_over: Callable[[Session], None] = outbox.hand_over) -> Callable[[], Session]:
    """Make the maker of sessions; jobs that were left in a session are handed over just before it commits."""
    maker = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    event.listen(maker, "before_commit", hand_over)
    return maker


def is_passing(error: Exception) -> bool:
    """Tell whether trying the whole transaction again may help: a deadlock, a lock that took too long."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(said, DriverError) and said.sqlstate in _PASSING


def is_outage(error: Exception) -> bool:
    """Tell whether the database could not be reached, or had no connection left for us."""
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | DriverOutage | DriverMisuse)


def at_once(session: Session) -> None:
    """Let a fresh session run its statements one by one, without a transaction and its two round trips around them."""
    session.bind = _one_by_one(cast("Engine", session.get_bind()))


@lru_cache(maxsize=8)
def _one_by_one(engine: Engine) -> Engine:
    """Give an engine whose connections come from the same pool, and commit each statement by itself."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def schema_version(session: Session) -> str | None:
    """Read the number of the newest migration that the database has."""
    return session.scalar(text("SELECT version_num FROM alembic_version"))


def violates(error: IntegrityError, constraint: str) -> bool:
    """Tell whether it was this constraint or unique index that refused a row."""
    diagnosis = getattr(error.orig, "diag", None)
    return diagnosis is not None and diagnosis.constraint_name == constraint
