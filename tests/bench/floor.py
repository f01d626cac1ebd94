"""The floor: what a request costs that does nothing but lock one row, write eight, and commit once.

A bare WSGI handler without any framework. It runs under the web's own gunicorn line and on the same database server,
in a schema of its own. `FLOOR_DATABASE_URL` names the database as libpq reads it.
"""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from psycopg import sql

ROWS = 5000
_LOCK = "SELECT id FROM floor.orders WHERE id = %s FOR UPDATE"
# Between 300 and 600 bytes each, as the rows of a claim are: event, line, verdict, offer, entry, letter.
_WIDTHS = (300, 340, 380, 420, 460, 500, 540, 600)
_WORDS = "what was said of a claim line, by whom and when, "
_TEXTS = tuple((_WORDS * 20)[:width] for width in _WIDTHS)
_TABLES_WRITTEN = ("written_0", "written_1", "written_2", "written_3")
_INSERT = sql.SQL("INSERT INTO floor.{} (order_id, kind, amount_minor, said) VALUES (%s, %s, %s, %s)")
_INSERTS = tuple(
    _INSERT.format(sql.Identifier(_TABLES_WRITTEN[number % 4])).as_string() for number in range(len(_WIDTHS))
)
_TABLES = """
    CREATE SCHEMA floor;
    CREATE TABLE floor.orders (id bigint PRIMARY KEY, number text NOT NULL, placed_at timestamptz NOT NULL);
    INSERT INTO floor.orders SELECT n, 'N' || n, now() FROM generate_series(1, 5000) AS n;
"""
_WRITTEN = """
    CREATE TABLE floor.{} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL, kind text NOT NULL,
        amount_minor bigint NOT NULL, said text NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
    );
"""
_own = threading.local()


def prepare(url: str) -> None:
    """Make the floor's tables."""
    with psycopg.connect(url) as connection:
        connection.execute(_TABLES)
        for table in _TABLES_WRITTEN:
            connection.execute(sql.SQL(_WRITTEN).format(sql.Identifier(table)))
        connection.execute("ANALYZE floor.orders")


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer ``GET /<row>``."""
    row = int(environ["PATH_INFO"][1:])
    connection = _connection()
    with connection.transaction():
        connection.execute(_LOCK, (row,))
        for number, (insert, text) in enumerate(zip(_INSERTS, _TEXTS, strict=True)):
            connection.execute(insert, (row, "reported", number, text))
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "5")])
    return [b"done\n"]


def _connection() -> psycopg.Connection[Any]:
    """Give the connection of this thread."""
    found: psycopg.Connection[Any] | None = getattr(_own, "connection", None)
    if found is None:
        found = _own.connection = psycopg.connect(os.environ["FLOOR_DATABASE_URL"], autocommit=True)
    return found
