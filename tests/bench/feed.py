"""How fast an order feed comes in, against a raw COPY of the same files, and how much memory that takes."""

import time
from pathlib import Path

import psycopg
from psycopg import sql

from portal.launch.postgres import Server
from tests.bench.apart import run_apart
from tests.bench.figures import Report
from tests.bench.shop import FeedFiles, write_feed
from tests.support.database import fresh_database, migrated_template

MOST_SLOWER = 5.0
# A hundredth of what a file of that size would take if it were held.
MOST_GROWTH = 1.10
_PIECE = 1 << 20


def measure(report: Report, server: Server, folder: Path, *, lines: int) -> None:
    """Import a feed and one of five times its size, each into a new database, with a raw COPY before and after."""
    template = migrated_template(server)
    small = _measure_one(server, template, write_feed(folder / "feed", lines // 5, days=300))
    large_feed = write_feed(folder / "large-feed", lines, days=700)
    large = _measure_one(server, template, large_feed)
    report.tell("import.lines", large_feed.lines, "lines")
    report.tell("import.lines_per_second", large_feed.lines / large["seconds"], "lines/s")
    report.tell("import.copy_lines_per_second", large_feed.lines / large["copy"], "lines/s")
    report.hold("import.times_raw_copy", large["seconds"] / large["copy"], "times", most=MOST_SLOWER)
    report.tell("import.peak_memory", large["peak"] / 2**20, "MiB")
    report.hold("import.memory_at_five_times", large["peak"] / small["peak"], "times", most=MOST_GROWTH)
    for path in (folder / "feed", folder / "large-feed"):
        for file in path.iterdir():
            file.unlink()


def _measure_one(server: Server, template: str, feed: FeedFiles) -> dict[str, float]:
    with fresh_database(server, "bench_import", template=template) as url:
        before = _raw_copy(url, feed)
        told = run_apart("import", url, str(feed.orders), str(feed.payments))
        after = _raw_copy(url, feed)
    return {"seconds": told["seconds"], "peak": told["peak"], "copy": (before + after) / 2}


def _raw_copy(url: str, feed: FeedFiles) -> float:
    """Copy both files into tables with a text for every column; tell the seconds until it was committed."""
    began = time.perf_counter()
    with psycopg.connect(url) as connection:
        for file in (feed.orders, feed.payments):
            _copy_file(connection, file)
        connection.commit()
        spent = time.perf_counter() - began
        connection.execute("DROP TABLE raw_orders, raw_payments")
    return spent


def _copy_file(connection: psycopg.Connection[tuple[object, ...]], file: Path) -> None:
    table = sql.Identifier(f"raw_{file.stem}")
    with file.open("rb") as source:
        names = source.readline().decode().strip().split(",")
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
        with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(table)) as copy:
            while piece := source.read(_PIECE):
                copy.write(piece)
