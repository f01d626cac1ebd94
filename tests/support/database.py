"""A throw-away PostgreSQL for one run of the tests, with a migrated database that is emptied after each test.

Services really commit and defer jobs in their transaction, so rolling an outer transaction back would test something
else. Instead every test leaves what it likes, and what it left is deleted: a few milliseconds, as most tables are
empty. Rows that the migrations themselves insert are the seed; a table of the seed that was changed is put back.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from portal.launch import postgres, schema
from portal.launch.errors import CannotStart

_TEMPLATE = "amends_template"
_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
      AND table_schema NOT IN ('pg_catalog', 'information_schema', 'seed')
    ORDER BY 1, 2
"""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_OLD_SECONDS = 60
# So often what was deleted is taken out of the files, because autovacuum is off and scans would read it for ever.
_VACUUM_EVERY = 20


@contextmanager
def throw_away_server(run: str) -> Iterator[postgres.Server]:
    """Start a server for one run of the tests; the workers of the run share it, and the last one removes it."""
    base = Path(tempfile.gettempdir()) / f"amends-tests-{os.geteuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    sweep(base)
    server = postgres.start(base / run, durable=False)
    try:
        yield server
    finally:
        server.discard()


def sweep(base: Path) -> None:
    """Remove the servers of runs that were killed, unless another run does so now."""
    with base.with_suffix(".lock").open("w") as sweeping:
        try:
            fcntl.flock(sweeping, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for folder in (one for one in base.iterdir() if one.is_dir()):
            # Whoever has just left it may be removing it at this moment.
            with suppress(FileNotFoundError, CannotStart):
                if time.time() - folder.stat().st_mtime > _OLD_SECONDS and postgres.is_abandoned(folder):
                    postgres.start(folder, durable=False).discard()


@contextmanager
def fresh_database(server: postgres.Server, name: str, *, template: str = "template0") -> Iterator[str]:
    """Make a database, give its address, and drop it afterwards whoever is still connected."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        try:
            yield server.url_of(name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


def migrated_template(server: postgres.Server) -> str:
    """Migrate one database for all workers of a run, keep a copy of its seed in it, and give its name."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
        if not made:
            unfinished = f"{_TEMPLATE}_unfinished"
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(unfinished)))
            schema.upgrade(server.url_of(unfinished))
            keep_seed(server.url_of(unfinished))
            renamed = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(renamed.format(sql.Identifier(unfinished), sql.Identifier(_TEMPLATE)))
    return _TEMPLATE


def keep_seed(url: str) -> None:
    """Copy every table that holds rows into the schema `seed`: what is there now stays for every test."""
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS seed CASCADE")
        connection.execute("CREATE SCHEMA seed")
        for table in connection.execute(_TABLES).fetchall():
            names = {"copy": sql.Identifier("seed", ".".join(table)), "table": sql.Identifier(*table)}
            if connection.execute(sql.SQL("SELECT 1 FROM {table} LIMIT 1").format(**names)).fetchone():
                connection.execute(sql.SQL("CREATE TABLE {copy} AS TABLE {table}").format(**names))


class Cleaner:
    """Empties one database after each test, and puts its seed back."""

    def __init__(self, url: str) -> None:
        """Connect, and learn the tables and the seed of the freshly cloned database."""
        self._connection = psycopg.connect(url, autocommit=True)
        # As a replica no trigger and no foreign key objects, so append-only tables are emptied in any order.
        self._connection.execute("SET session_replication_role = replica")
        self._connection.execute("SET lock_timeout = '10s'")
        copies = self._connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'seed'"
        )
        seeds = {name for (name,) in copies}
        tables = self._connection.execute(_TABLES).fetchall()
        self._seeded = [table for table in tables if ".".join(table) in seeds]
        self._emptied = [table for table in tables if ".".join(table) not in seeds]
        self._digests = self._read_digests()
        names = sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
        self._vacuum = sql.SQL("VACUUM (SKIP_LOCKED) {}").format(names)
        self._cleaned = 0

    def clean(self) -> None:
        """Delete what a test left. A test that left a transaction open fails here, after ten seconds."""
        for index in self._not_empty():
            self._connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(*self._emptied[index])))
        if self._digests != (now := self._read_digests()):
            for index, table in enumerate(self._seeded):
                if self._digests[index] != now[index]:
                    self._restore(table)
        self._cleaned += 1
        if self._cleaned % _VACUUM_EVERY == 0:
            self._connection.execute(self._vacuum)

    def close(self) -> None:
        """Leave the database."""
        self._connection.close()

    def _not_empty(self) -> list[int]:
        if not self._emptied:
            return []
        asks = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(index), sql.Identifier(*table))
            for index, table in enumerate(self._emptied)
        ]
        return [index for (index,) in self._connection.execute(sql.SQL(" UNION ALL ").join(asks))]

    def _read_digests(self) -> list[str | None]:
        ask = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} AS t")
        answers = [self._connection.execute(ask.format(sql.Identifier(*table))).fetchone() for table in self._seeded]
        return [answer[0] if answer else None for answer in answers]

    def _restore(self, table: tuple[str, ...]) -> None:
        columns = [sql.Identifier(name) for (name,) in self._connection.execute(_COLUMNS, table)]
        names = {
            "table": sql.Identifier(*table),
            "copy": sql.Identifier("seed", ".".join(table)),
            "columns": sql.SQL(", ").join(columns),
        }
        put_back = "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {copy}"
        with self._connection.transaction():
            self._connection.execute(sql.SQL("DELETE FROM {table}").format(**names))
            self._connection.execute(sql.SQL(put_back).format(**names))
