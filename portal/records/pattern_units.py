"""The units that settle on a day: each parcel, or line of one, once, with its words and what went wrong with it.

What is told of a unit is judged as of the moment that settles it, so a day that is counted later counts the same,
except for scans: only the last one is kept. What we told of before its customer did is no report of theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.outreach import US
from portal.domain.patterns import DIMENSIONS, LANE_BETWEEN, MEASURES, REPORTED_AS, Family, Measure
from portal.domain.problems import NEVER_LEFT

_WORDS = f"""
    u.vendor, u.vendor_region || '{LANE_BETWEEN}' || o.ship_to_region AS lane, coalesce(u.carrier, '') AS carrier,
    coalesce(u.service, '') AS service, u.vendor_region AS origin, o.ship_to_region AS region,
    coalesce(l.sku, '') AS sku, coalesce(l.category, '') AS category,
    coalesce(extract(isodow FROM u.handed_over_at AT TIME ZONE :zone)::int::text, '') AS weekday
"""
_REPORTED = """
    LEFT JOIN (
        SELECT ol.{unit} AS unit, {firsts}
        FROM claims AS c JOIN claim_lines AS cl ON cl.claim_id = c.id JOIN order_lines AS ol ON ol.id = cl.order_line_id
        WHERE c.created_at >= CAST(:start AS timestamptz) - interval '30 days' AND c.created_at < :end
          AND cl.about_replacement_id IS NULL AND cl.state <> 'withdrawn' AND c.raised_by <> '{ours}'
        GROUP BY 1
    ) AS r ON r.unit = {of}.id
"""
_FIRST = "min(c.created_at) FILTER (WHERE cl.problem IN ({problems})) AS {measure}"
_BEFORE = "coalesce(r.{measure} < u.{column} + interval '{days} days', false)"
_NEIGHBOUR = r"'\m(neighbou?r|vizinh|vecin|voisin|nachbar)'"
_FIRST_LINE = """
    LEFT JOIN LATERAL (
        SELECT sku, category FROM order_lines WHERE shipment_id = u.id ORDER BY line_number LIMIT 1
    ) AS l ON true
"""
_EVERY_LINE = "JOIN order_lines AS l ON l.shipment_id = u.id"

_UNITS = """
    SELECT u.{column} + interval '{days} days' AS settled_at, coalesce(u.handed_over_at, o.placed_at) AS began_at,
        o.ship_to_country AS country, {words}, {events}
    FROM shipments AS u JOIN orders AS o ON o.id = u.order_id {lines} {reported}
    WHERE u.{column} >= CAST(:start AS timestamptz) - interval '{days} days'
      AND u.{column} < CAST(:end AS timestamptz) - interval '{days} days'
      AND o.status NOT IN ({never}) AND {counted}
"""
_DAY = "SELECT {names}, count(*), {sums} FROM ({units}) AS units GROUP BY {names}"
_WEEKS = """
    SELECT floor(extract(epoch FROM CAST(:end AS timestamptz) - settled_at) / 604800)::int, count(*), sum({measure})
    FROM ({units}) AS units WHERE {where} GROUP BY 1
"""
_WHOLE = "SELECT count(*), coalesce(sum({measure}), 0) FROM ({units}) AS units WHERE {where}"

# By family: which moment of a parcel settles it, how long after, and what must hold to be counted at all.
_SETTLES: Mapping[Family, tuple[str, int, str]] = {
    Family.DUE: ("promised_at", 1, "true"),
    Family.HANDED_OVER: ("handed_over_at", 10, "u.last_scan_at IS NOT NULL"),
    Family.DELIVERED: ("delivered_at", 0, "true"),
    Family.OVERDUE: ("promised_at", 11, "true"),
    Family.USED: ("delivered_at", 7, "true"),
}


_EVENTS: Mapping[Measure, str] = {
    Measure.LATE: "u.delivered_at IS NULL OR u.delivered_at >= u.promised_at + interval '1 day'",
    Measure.SILENT: (
        "(u.delivered_at IS NULL OR u.delivered_at > u.handed_over_at + interval '10 days') "
        "AND u.last_scan_at <= u.handed_over_at + interval '3 days'"
    ),
    Measure.ELSEWHERE: f"coalesce(u.left_at, '') ~* {_NEIGHBOUR} OR coalesce(u.signed_by, '') ~* {_NEIGHBOUR}",
}


def _units_sql(family: Family) -> str:
    """Write the statement of the units that settle between two moments, each with its words and its events."""
    column, days, counted = _SETTLES[family]
    measures, lines = MEASURES[family], family is Family.USED
    asked = {name: _EVENTS.get(name, _BEFORE.format(measure=name.value, column=column, days=days)) for name in measures}
    never = ", ".join(f"'{status}'" for status in sorted(NEVER_LEFT))
    return _UNITS.format(
        words=_WORDS,
        events=", ".join(f"({question})::int AS {name.value}" for name, question in asked.items()),
        lines=_EVERY_LINE if lines else _FIRST_LINE,
        reported=_reported(measures, lines=lines),
        column=column,
        days=days,
        never=never,
        counted=counted,
    )


def _reported(measures: Sequence[Measure], *, lines: bool) -> str:
    """Write the join of what customers reported of a unit, and when first; nothing where no measure asks."""
    told = [measure for measure in measures if measure not in _EVENTS]
    firsts = (
        _FIRST.format(problems=", ".join(f"'{one.value}'" for one in REPORTED_AS[measure]), measure=measure.value)
        for measure in told
    )
    unit, of = ("id", "l") if lines else ("shipment_id", "u")
    return _REPORTED.format(unit=unit, of=of, firsts=", ".join(firsts), ours=US) if told else ""


_NAMES = ", ".join(DIMENSIONS)


def _day_sql(family: Family) -> str:
    sums = ", ".join(f"sum({measure.value})" for measure in MEASURES[family])
    return _DAY.format(names=_NAMES, sums=sums, units=_units_sql(family))


_DAYS = {family: text(_day_sql(family)) for family in Family}


def begin(session: Session) -> None:
    """Let every day be planned for itself: what fits a day of few parcels does not fit one of many."""
    session.execute(
        text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)")
    )


def settled(session: Session, family: Family, start: datetime, end: datetime, zone: str) -> Sequence[Sequence[Any]]:
    """Count the units that settled between two moments, alike ones together: words, how many, events by measure."""
    return session.execute(_DAYS[family], {"start": start, "end": end, "zone": zone}).all()


def first_day(session: Session) -> date | None:
    """Give the first day on which a parcel was handed over or due; none without parcels."""
    return session.execute(text("SELECT least(min(handed_over_at), min(promised_at))::date FROM shipments")).scalar()


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell of one measure, between two moments, with the days of a zone."""

    family: Family
    measure: Measure
    cell: Mapping[str, str]
    start: datetime
    end: datetime
    zone: str

    @property
    def values(self) -> dict[str, Any]:
        """Give what every statement binds."""
        return {"start": self.start, "end": self.end, "zone": self.zone}

    def written(self, template: str, where: str) -> str:
        """Write a statement about it."""
        return template.format(measure=self.measure.value, units=_units_sql(self.family), where=where)


def weeks_of_cell(session: Session, asked: Asked) -> list[tuple[date, int, int]]:
    """Count one cell by weeks that end with the span: first day, exposure, events; weeks without exposure too."""
    where, values = _where(asked.cell, ())
    found = session.execute(text(asked.written(_WEEKS, where)), asked.values | values)
    counted = {back: (exposure, events) for back, exposure, events in found}
    weeks = round((asked.end - asked.start) / timedelta(days=7))
    return [
        ((asked.end - timedelta(days=7 * (back + 1))).date(), *counted.get(back, (0, 0)))
        for back in reversed(range(weeks))
    ]


def left_beside(session: Session, asked: Asked, others: Iterable[Mapping[str, str]]) -> tuple[int, int]:
    """Count the exposure and the events of a cell that none of the other cells have."""
    where, values = _where(asked.cell, tuple(others))
    exposure, events = session.execute(text(asked.written(_WHOLE, where)), asked.values | values).one()
    return int(exposure), int(events)


def _where(cell: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> tuple[str, dict[str, str]]:
    """Write that a unit is of a cell and of none of the others. The names are ours; the words are bound."""
    parts: list[str] = []
    values: dict[str, str] = {}
    for number, named in enumerate((cell, *others)):
        values |= {f"{dimension}_{number}": word for dimension, word in named.items()}
        whole = " AND ".join(f"{dimension} = :{dimension}_{number}" for dimension in DIMENSIONS if dimension in named)
        parts.append(f"NOT ({whole})" if number else whole)
    return " AND ".join(parts), values
