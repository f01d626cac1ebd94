"""How fast the file of remedy costs goes out, and how much memory that takes.

It is held to a raw COPY of the same rows of the book as they stand there. A COPY of a plain table that holds the very
file is told beside it: what PostgreSQL takes to join two tables and to read what was frozen on an entry is in neither.
"""

import time
from pathlib import Path
from statistics import median
from typing import LiteralString

import psycopg
from psycopg import sql

from portal.launch.postgres import Server
from tests.bench.apart import run_apart
from tests.bench.figures import Report
from tests.support.database import fresh_database, migrated_template

MOST_SLOWER = 3.0
MOST_GROWTH = 1.10
FIRST, LAST = "2025-01-01", "2025-12-31"
_ENTRIES = """
    INSERT INTO journal_entries (ref, occasion, source, happened_at, effective_on, actor, claim_ref, dimensions)
    SELECT 'JRN-B' || n, 'remedy_promised', 'RMD-B' || n, at, at::date, 'customer:' || n, 'CLM-B' || n,
        jsonb_build_object(
            'remedy', (ARRAY['refund', 'store_credit', 'replacement'])[1 + n %% 3],
            'problem', (ARRAY['missing_package', 'damaged', 'late', 'faulty'])[1 + n %% 4],
            'stage', (ARRAY['transit', 'pack', 'doorstep'])[1 + n %% 3], 'rule', 'delivered_but_not_there',
            'policy_version', '1', 'vendor', 'vendor-' || n %% 90, 'category', 'tableware', 'sku', 'SKU-' || n %% 4000,
            'carrier', 'Correios', 'lane', 'SP→PE', 'market', 'BR', 'order', 'B' || lpad(n::text, 9, '0'))
    FROM (SELECT n, timestamptz '2025-01-01 12:00Z' + (n %% 365) * interval '1 day' AS at
          FROM generate_series(1, %(count)s) AS n) AS made
"""
_POSTINGS = """
    INSERT INTO journal_postings (entry_id, account, amount_minor, currency, policy_class)
    SELECT id, account, sign * (1000 + id %% 20000), 'BRL', 'entitled'
    FROM journal_entries, (VALUES ('remedy_cost', 1), ('owed_to_customers', -1)) AS sides (account, sign)
    WHERE %(count)s > 0
"""
_BOOK: LiteralString = """
    COPY (
        SELECT e.*, p.* FROM journal_entries AS e JOIN journal_postings AS p ON p.entry_id = e.id
        WHERE p.account = 'remedy_cost' AND e.effective_on BETWEEN '2025-01-01' AND '2025-12-31'
        ORDER BY e.effective_on, e.id, p.id
    ) TO STDOUT (FORMAT csv, HEADER true)
"""
_FILE: LiteralString = "COPY raw_costs TO STDOUT (FORMAT csv, HEADER true)"


def measure(report: Report, server: Server, folder: Path, *, rows: int) -> None:
    """Export a year of remedy costs and one with five times as many, each against a raw COPY before and after."""
    template = migrated_template(server)
    small = _measure_one(server, template, folder, rows // 5)
    large = _measure_one(server, template, folder, rows)
    report.tell("export.rows", rows, "rows")
    report.tell("export.rows_per_second", rows / large["seconds"], "rows/s")
    report.tell("export.copy_rows_per_second", rows / large["copy"], "rows/s")
    report.tell("export.same_bytes_rows_per_second", rows / large["bytes"], "rows/s")
    report.hold("export.times_raw_copy", large["seconds"] / large["copy"], "times", most=MOST_SLOWER)
    report.tell("export.peak_memory", large["peak"] / 2**20, "MiB")
    report.hold("export.memory_at_five_times", large["peak"] / small["peak"], "times", most=MOST_GROWTH)


def _measure_one(server: Server, template: str, folder: Path, rows: int) -> dict[str, float]:
    file = folder / "costs.csv"
    with fresh_database(server, "bench_export", template=template) as url:
        _fill(url, rows)
        told = run_apart("export", url, FIRST, LAST, str(file))
        with file.open("rb") as written:
            found = sum(1 for _ in written) - 1
        if found != rows:
            raise RuntimeError(f"the file of costs holds {found} rows, and the book {rows}")
        _load_raw(url, file)
        book, same_bytes = (median(_raw_copy(url, copy) for _ in range(3)) for copy in (_BOOK, _FILE))
    file.unlink()
    return {"seconds": told["seconds"], "peak": told["peak"], "copy": book, "bytes": same_bytes}


def _fill(url: str, rows: int) -> None:
    """Write a year's book, as a replica does: what is measured is reading it."""
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(_ENTRIES, {"count": rows})
        connection.execute(_POSTINGS, {"count": rows})
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE journal_entries, journal_postings")


def _load_raw(url: str, file: Path) -> None:
    """Put the file into a table with a text for every column."""
    with psycopg.connect(url) as connection, file.open("rb") as source:
        names = source.readline().decode().strip().split(",")
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
        connection.execute(sql.SQL("CREATE TABLE raw_costs ({})").format(columns))
        with connection.cursor().copy("COPY raw_costs FROM STDIN (FORMAT csv)") as copy:
            while piece := source.read(1 << 20):
                copy.write(piece)


def _raw_copy(url: str, statement: LiteralString) -> float:
    """Copy rows out, and let every byte of them go; tell the seconds."""
    with psycopg.connect(url) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(statement) as copy:
            sum(len(piece) for piece in copy)
        return time.perf_counter() - began
