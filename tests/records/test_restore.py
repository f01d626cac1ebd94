"""The drill: a book is dumped, restored into a server that has never seen it, and everything in it still holds."""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from portal.domain.certainty import certain
from portal.launch import binaries
from portal.launch.postgres import Server
from portal.records.sessions import make_engine, make_sessions
from portal.services.check_invariants import examine_invariants
from portal.services.read_book import read_book
from portal.services.seal_record import is_still_so, newest_seal, seal_record
from portal.services.toolkit import Shop, Toolkit
from tests.support import database
from tests.support.running import worker_name
from tests.support.whole_book import seal_files, write_whole_book

_CLAIMS = 64
_TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema IN ('public', 'jobs') AND table_type = 'BASE TABLE' ORDER BY 1, 2
"""
_ROLES = """
    SELECT has_table_privilege('portal_web', 'journal_entries', 'UPDATE'),
      has_table_privilege('portal_web', 'journal_entries', 'INSERT')
"""


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs, as docs/backup.md says."""
    path = binaries.installed() / "bin" / program
    done = subprocess.run(
        [path, *arguments], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def looking_at(url: str) -> Iterator[Toolkit]:
    engine = make_engine(url)
    shop = Shop("Casa Aurora", "http://127.0.0.1:8000", "hello@example.com", None, "#b4532a")
    yield Toolkit(make_sessions(engine), lambda: datetime(2026, 3, 20, tzinfo=UTC), ZoneInfo("UTC"), shop, "-" * 32)
    engine.dispose()


@pytest.fixture
def dump(database_server: Server, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Give a database with a whole book, and where its dump goes."""
    template = database.migrated_template(database_server)
    with database.fresh_database(database_server, f"amends_dump_{worker_name()}", template=template) as url:
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA seed CASCADE")
            write_whole_book(connection, _CLAIMS)
        with looking_at(url) as toolkit, psycopg.connect(url) as connection:
            seal_files(toolkit, connection)
        yield url, tmp_path / "amends.dump"


def rows_of(url: str) -> dict[str, int]:
    """Count the rows of every table."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(_TABLES).fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        counted = {".".join(one): connection.execute(count.format(sql.Identifier(*one))).fetchone() for one in tables}
    return {table: row[0] for table, row in counted.items() if row is not None}


@pytest.mark.proves("X5")
def test_a_restored_backup_passes_everything_and_reads_as_the_book_did(dump: tuple[str, Path]) -> None:
    url, path = dump
    with looking_at(url) as toolkit:
        before = read_book(toolkit)
        assert seal_record(toolkit) > 0
        kept = certain(newest_seal(toolkit), "the record was just sealed")
    written = rows_of(url)
    run("pg_dump", "--format=custom", f"--file={path}", url)

    with database.throw_away_server(f"restored-{uuid.uuid4().hex[:8]}") as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for role in ("portal_web", "portal_worker", "portal_read"):
                connection.execute(f"CREATE ROLE {role} NOLOGIN")
        run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={server.url}", str(path))
        with looking_at(server.url) as toolkit:
            held = list(examine_invariants(toolkit))
            after = read_book(toolkit, before.up_to)
            is_in_the_chain = is_still_so(toolkit, kept)
        restored = rows_of(server.url)
        with psycopg.connect(server.url) as connection:
            may = connection.execute(_ROLES).fetchone()

    assert len(written) > 40
    assert written["public.journal_entries"] > 0
    assert restored == written
    assert before.up_to > 0
    assert after == before
    assert is_in_the_chain
    assert {one.key: one.refs for one in held if one.broken} == {}
    assert may == (False, True)
