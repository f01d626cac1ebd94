"""The restore drill: a backup that was put back reads as the book did and holds all that must hold (X5)."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.launch import binaries
from portal.launch.postgres import Server
from portal.records.invariants.asking import ask_at_once
from portal.records.invariants.every import OURS
from portal.records.invariants.reading import read_up_to
from portal.records.sessions import libpq_url, make_engine
from tests.support import database
from tests.support.running import worker_name

EVERYTHING = 2**62
TABLES = """
    SELECT table_schema || '.' || table_name FROM information_schema.tables
    WHERE table_schema IN ('public', 'jobs') AND table_type = 'BASE TABLE' ORDER BY 1
"""


def rows_of(session: Session) -> dict[str, int]:
    counted = "SELECT count(*) FROM a_table"
    tables = list(session.scalars(text(TABLES)))
    return {table: session.scalars(text(counted.replace("a_table", table))).one() for table in tables}


def run(program: str, *arguments: str) -> None:
    subprocess.run([str(binaries.installed() / "bin" / program), *arguments], check=True, capture_output=True)


@pytest.mark.proves("X5")
def test_a_restored_backup_has_every_row_reads_the_same_and_holds_all_that_must_hold(
    whole_book: Engine, database_server: Server, values: dict[str, Any], tmp_path: Path
):
    backup = tmp_path / "backup"
    with Session(whole_book) as session:
        before, read_before = rows_of(session), read_up_to(session, EVERYTHING)

    run("pg_dump", "--format=custom", f"--file={backup}", libpq_url(whole_book.url.render_as_string(False)))
    with database.fresh_database(database_server, f"amends_restored_{worker_name()}") as url:
        run("pg_restore", "--exit-on-error", f"--dbname={url}", str(backup))
        engine = make_engine(url)
        with Session(engine) as session:
            restored, read_after = rows_of(session), read_up_to(session, EVERYTHING)
            broken = ask_at_once(session, OURS, values)
        engine.dispose()

    assert len(before) > 40
    assert before["public.journal_entries"] > 0
    assert restored == before
    assert read_after == read_before
    assert broken == []
