"""How fast an order feed comes in, against a COPY of the same files, and how much memory that takes.

Two copies are made. One goes into tables as anybody would keep the files in: ordinary ones, a type for each column, the
key that each file has. The other goes into tables of text without any key, where nothing is read as a number or a
moment and nothing is asked for twice.
"""

import time
from pathlib import Path

import psycopg
from psycopg import sql

from portal.domain.feed import COLUMNS, FeedFile, Kind
from portal.launch.postgres import Server
from tests.bench.apart import run_apart
from tests.bench.figures import Report
from tests.bench.shop import FeedFiles, write_feed
from tests.support.database import fresh_database, migrated_template

MOST_SLOWER = 5.0
# A hundredth of what a file of that size would take if it were held.
MOST_GROWTH = 1.10
_PIECE = 1 << 20
_TYPES = {Kind.MOMENT: "timestamptz", Kind.AMOUNT: "numeric", Kind.COUNT: "integer"}
_TYPED = {column.name: _TYPES.get(column.kind, "text") for file in FeedFile for column in COLUMNS[file]}
_KEYS = {"orders": ("order_number", "line_number"), "payments": ("order_number", "sequence")}


def measure(report: Report, server: Server, folder: Path, *, lines: int) -> None:
    """Import a feed and one of five times its size, each into a new database, with each COPY before and after."""
    template = migrated_template(server)
    small = _measure_one(server, template, write_feed(folder / "feed", lines // 5, days=300))
    large_feed = write_feed(folder / "large-feed", lines, days=700)
    large = _measure_one(server, template, large_feed)
    report.tell("import.lines", large_feed.lines, "lines")
    report.tell("import.lines_per_second", large_feed.lines / large["seconds"], "lines/s")
    report.tell("import.copy_lines_per_second", large_feed.lines / large["typed"], "lines/s")
    report.hold("import.times_typed_copy", large["seconds"] / large["typed"], "times", most=MOST_SLOWER)
    report.tell("import.times_text_copy", large["seconds"] / large["text"], "times")
    report.tell("import.peak_memory", large["peak"] / 2**20, "MiB")
    report.hold("import.memory_at_five_times", large["peak"] / small["peak"], "times", most=MOST_GROWTH)
    for path in (folder / "feed", folder / "large-feed"):
        for file in path.iterdir():
            file.unlink()


def _measure_one(server: Server, template: str, feed: FeedFiles) -> dict[str, float]:
    with fresh_database(server, "bench_import", template=template) as url:
        before = _both_copies(url, feed)
        told = run_apart("import", url, str(feed.orders), str(feed.payments))
        after = _both_copies(url, feed)
    copies = {kind: (before[kind] + after[kind]) / 2 for kind in before}
    return copies | {"seconds": told["seconds"], "peak": told["peak"]}


def _both_copies(url: str, feed: FeedFiles) -> dict[str, float]:
    return {"typed": _raw_copy(url, feed, typed=True), "text": _raw_copy(url, feed, typed=False)}


def _raw_copy(url: str, feed: FeedFiles, *, typed: bool) -> float:
    """Copy both files into tables of their own; tell the seconds until it was committed."""
    began = time.perf_counter()
    with psycopg.connect(url) as connection:
        for file in (feed.orders, feed.payments):
            _copy_file(connection, file, typed=typed)
        connection.commit()
        spent = time.perf_counter() - began
        connection.execute("DROP TABLE raw_orders, raw_payments")
    return spent


def _copy_file(connection: psycopg.Connection[tuple[object, ...]], file: Path, *, typed: bool) -> None:
    table = sql.Identifier(f"raw_{file.stem}")
    with file.open("rb") as source:
        names = source.readline().decode().strip().split(",")
        parts = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_TYPED[name] if typed else "text")) for name in names
        ]
        if typed:
            parts.append(sql.SQL("PRIMARY KEY ({})").format(sql.SQL(", ").join(map(sql.Identifier, _KEYS[file.stem]))))
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(parts)))
        with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(table)) as copy:
            while piece := source.read(_PIECE):
                copy.write(piece)
