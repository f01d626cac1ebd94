"""How fast the search for patterns counts a year of parcels, and how much memory that takes.

It is held to one plain SQL aggregation of the same parcels by day and cell, singles and pairs, before and after it,
with every group let go: the statement that somebody would write who keeps nothing between two nights. The search counts
five families of measures, each with cells of its own, so a fifth of its seconds is held to that statement.
"""

import time
from statistics import median

import psycopg

from portal.analysis.patterns.counting import KINDS
from portal.domain.patterns import DIMENSIONS
from portal.launch.postgres import Server
from tests.bench.apart import run_apart
from tests.bench.figures import Report
from tests.support.database import fresh_database, migrated_template
from tests.support.past_parcels import write_past_parcels

MOST_SLOWER = 3.0
MOST_GROWTH = 1.10
_TIMES, _YEAR = 5, 365
_FAMILIES = 5
_KINDS = ", ".join(f"({', '.join(DIMENSIONS[place] for place in kind)}, day)" for kind in KINDS)
_CELLS = """
    SELECT count(*), sum(exposure), sum(late) FROM (
        SELECT count(*) AS exposure, sum(late) AS late FROM (
            SELECT date_trunc('day', u.promised_at) AS day, u.vendor,
                u.vendor_region || '→' || o.ship_to_region AS lane, u.carrier, u.service, u.vendor_region AS origin,
                o.ship_to_region AS region, l.sku, l.category, extract(isodow FROM u.handed_over_at) AS weekday,
                (u.delivered_at IS NULL OR u.delivered_at >= u.promised_at + interval '1 day')::int AS late
            FROM shipments AS u JOIN orders AS o ON o.id = u.order_id JOIN order_lines AS l ON l.shipment_id = u.id
        ) AS units GROUP BY GROUPING SETS ({kinds})
    ) AS cells
"""


def measure(report: Report, server: Server, *, parcels: int) -> None:
    """Count a year of so many parcels, and a fifth of that year, each with a claim on one in 33.

    Memory goes with the cells of a month, so it is as many parcels a day that must not need more with more days.
    """
    template = migrated_template(server)
    small = _measure_one(server, template, parcels // _TIMES, _YEAR // _TIMES)
    large = _measure_one(server, template, parcels, _YEAR)
    report.tell("patterns.parcels", parcels, "parcels")
    report.tell("patterns.found", large["found"], "patterns")
    report.tell("patterns.scan_seconds", large["seconds"], "s, a year by five families")
    report.tell("patterns.night_seconds", large["night"], "s, one night by five families")
    report.tell("patterns.sql_seconds", large["sql"], "s, a year by one family")
    report.hold("patterns.scan_to_sql", large["seconds"] / _FAMILIES / large["sql"], "times", most=MOST_SLOWER)
    report.hold("patterns.night_to_sql", large["night"] / large["sql"], "times", most=MOST_SLOWER)
    report.tell("patterns.peak_memory", large["peak"] / 2**20, "MiB")
    report.hold("patterns.memory_at_five_times_the_days", large["peak"] / small["peak"], "times", most=MOST_GROWTH)


def _measure_one(server: Server, template: str, parcels: int, days: int) -> dict[str, float]:
    with fresh_database(server, "bench_patterns", template=template) as url:
        write_past_parcels(url, parcels, days=days)
        before = _plain(url)
        told = run_apart("patterns", url)
        night = run_apart("patterns_night", url)
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT count(*) FROM patterns").fetchone()
        sql = median((before, _plain(url)))
    return told | {"sql": sql, "night": night["seconds"], "found": float(found[0]) if found else 0.0}


def _plain(url: str) -> float:
    """Count every cell of every day anew; tell the seconds."""
    with psycopg.connect(url) as connection:
        connection.execute("SET work_mem = '256MB'")
        began = time.perf_counter()
        connection.execute(_CELLS.format(kinds=_KINDS).encode()).fetchone()
        return time.perf_counter() - began
