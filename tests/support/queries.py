"""Counts what one request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask
from psycopg import RawCursor
from sqlalchemy import event

from tests.support.engines import engine_of
from tests.support.web import toolkit_of


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect every statement that the application sends while the block runs.

    with counted_queries(app) as statements:
        client.get("/orders")
    assert len(statements) <= 12
    """
    engine = engine_of(toolkit_of(app))
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    asked = RawCursor.execute

    def note_and_ask(cursor: RawCursor[Any], query: bytes, *arguments: Any, **options: Any) -> Any:
        statements.append(query.decode())
        return asked(cursor, query, *arguments, **options)

    event.listen(engine, "before_cursor_execute", note)
    # What is asked past SQLAlchemy goes through the driver's plainest cursor.
    cast("Any", RawCursor).execute = note_and_ask
    try:
        yield statements
    finally:
        cast("Any", RawCursor).execute = asked
        event.remove(engine, "before_cursor_execute", note)
