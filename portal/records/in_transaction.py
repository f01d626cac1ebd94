"""One statement inside a session's transaction, with hardly any work around it.

Where a whole claim is written by one statement, the way through SQLAlchemy would cost as much again. What went wrong is
raised as SQLAlchemy would raise it, so that nobody above has to know.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from psycopg import Connection, RawCursor
from psycopg import Error as DriverError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Row = tuple[Any, ...]
_NAMED = re.compile(r"%\((\w+)\)s")


def ask(session: Session, statement: str, values: Mapping[str, object]) -> Row | None:
    """Run a statement after what the session did before, and give its first row, where it has one.

    statement: with ``%(name)s`` where a value stands. What the session holds and has not flushed is not seen.
    """
    asked, names = _as_postgres_reads_it(statement)
    connection = session.connection()
    driver = cast("Connection[Row]", connection.connection.driver_connection)
    told = [values[name] for name in names]
    try:
        cursor = RawCursor(driver).execute(asked, told)
        return cursor.fetchone() if cursor.description else None
    except DriverError as error:
        if driver.broken:
            # Every other connection of the pool was lost with it.
            connection.invalidate(error)
            connection.engine.dispose()
        hidden = connection.engine.hide_parameters
        raise DBAPIError.instance(
            statement, told, error, DriverError, hide_parameters=hidden, dialect=connection.dialect
        ) from error


@cache
def _as_postgres_reads_it(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Give a statement as PostgreSQL takes it, its values numbered, with their names in that order."""
    names = tuple(dict.fromkeys(_NAMED.findall(statement)))
    numbered = _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    return numbered.encode(), names
