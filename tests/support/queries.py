"""Counts what one request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests.support.web import toolkit_of


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect every statement that the application sends while the block runs.

    with counted_queries(app) as statements:
        client.get("/orders")
    assert len(statements) <= 12
    """
    session = toolkit_of(app).sessions()
    engine: Any = session.get_bind()
    session.close()
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
