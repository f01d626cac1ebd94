"""One statement on a connection taken for it alone: no transaction around it, no object, hardly any work at all.

Every page asks two or three of these, and through SQLAlchemy each would cost three times what it costs the database.
"""

from collections.abc import Sequence
from typing import Any, cast

from psycopg import Connection, RawCursor
from sqlalchemy import Engine
from sqlalchemy.orm import Session

Row = tuple[Any, ...]


def ask_one(session: Session, statement: str, values: Sequence[object]) -> Row | None:
    """Give the first row that a statement finds, or None; what it writes is committed by then.

    What the session has changed and not committed is not seen.

    statement: as PostgreSQL itself takes it, with ``$1``, ``$2``. Raises the driver's own errors.
    """
    engine = cast("Engine", session.get_bind())
    taken = engine.raw_connection()
    driver = cast("Connection[Row]", taken.driver_connection)
    try:
        driver.autocommit = True
        row = RawCursor(driver).execute(statement.encode(), values).fetchone()
        driver.autocommit = False
    except BaseException as error:
        # Nobody else may get a connection on which a transaction would be none.
        lost = driver.broken
        taken.invalidate(error)
        if lost:
            # Every other connection of the pool was lost with it.
            engine.dispose()
        raise
    finally:
        taken.close()
    return row
