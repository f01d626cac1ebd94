"""How long it takes to check all that must hold, on a whole book of claims under all real constraints.

It is held to one plain aggregate over every posting of the same book, read in the same minutes: what any answer that
looks at all of it has to read. Judging claim lines again, and writing the files of closed batches again, is no question
to the database, so each stands apart, by line and by posting.
"""

import time
from statistics import median

import psycopg

from portal.launch.postgres import Server
from portal.records.invariants.asking import Held
from portal.services.check_invariants import examine_invariants
from portal.services.file_again import KEY as FILED
from portal.services.judge_again import KEY as JUDGED
from portal.wiring import WORKER_ROLE, make_toolkit
from tests.bench.figures import Report
from tests.support.database import fresh_database, migrated_template
from tests.support.settings import a_config
from tests.support.whole_book import seal_files, write_whole_book

MOST_TIMES = 100.0
# Of everything that the command does, held where the book is as large as this.
MOST_SECONDS, OF_POSTINGS = 60.0, 2_000_000
# Claims of a whole book go eight ways, which make this many postings.
_POSTINGS_OF_EIGHT = 54
_AGGREGATE = "SELECT account, currency, count(*), sum(amount_minor) FROM journal_postings GROUP BY account, currency"


def measure(report: Report, server: Server, *, postings: int) -> None:
    """Write a book of about so many postings, check it, and hold the seconds to those of the plain aggregate.

    Of the largest book the seconds themselves are held too, judging again and files written again included.
    """
    with fresh_database(server, "bench_invariants", template=migrated_template(server)) as url:
        written = _write(url, postings * 8 // _POSTINGS_OF_EIGHT)
        before = _aggregate(url)
        held = _examine(url)
        floor = (before + _aggregate(url)) / 2
    broken = [one.key for one in held if one.broken]
    if broken:
        raise RuntimeError(f"the book that was written does not hold: {broken}")
    again = {one.key: one for one in held if one.key in {JUDGED, FILED}}
    asked = [one for one in held if one.key not in again]
    queries = sum(one.seconds for one in asked)
    slowest = max(asked, key=lambda one: one.seconds)
    report.tell("invariants.postings", written, "rows")
    report.tell("invariants.seconds", queries, "s")
    report.tell("invariants.slowest", slowest.seconds, f"s, {slowest.key}")
    report.tell("invariants.aggregate_seconds", floor, "s")
    report.hold("invariants.times_aggregate", queries / floor, "times", most=MOST_TIMES)
    report.tell("invariants.judged_again_seconds", again[JUDGED].seconds, f"s, {again[JUDGED].rows:,} lines")
    report.tell("invariants.filed_again_seconds", again[FILED].seconds, f"s, {again[FILED].rows:,} postings")
    whole = sum(one.seconds for one in held)
    if postings >= OF_POSTINGS:
        report.hold("invariants.seconds_whole", whole, "s", most=MOST_SECONDS)
    else:
        report.tell("invariants.seconds_whole", whole, "s")


def _write(url: str, claims: int) -> int:
    with psycopg.connect(url) as connection:
        write_whole_book(connection, claims)
        connection.commit()
        connection.autocommit = True
        seal_files(make_toolkit(a_config(url), WORKER_ROLE), connection)
        connection.execute("VACUUM ANALYZE")
        found = connection.execute("SELECT count(*) FROM journal_postings").fetchone()
    return int(found[0]) if found else 0


def _examine(url: str) -> list[Held]:
    toolkit = make_toolkit(a_config(url), WORKER_ROLE)
    return list(examine_invariants(toolkit))


def _aggregate(url: str) -> float:
    """Add up every posting, several times; tell the seconds of the middle one."""
    with psycopg.connect(url, autocommit=True) as connection:
        return median(_seconds(connection) for _ in range(5))


def _seconds(connection: psycopg.Connection[tuple[object, ...]]) -> float:
    began = time.perf_counter()
    connection.execute(_AGGREGATE).fetchall()
    return time.perf_counter() - began
