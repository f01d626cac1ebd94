"""The units that an incident is about and those elsewhere, by week and mix, before and after its fix.

They are the units that patterns are searched in, each counted once on the day that settles it. A unit is of after the
fix where its parcel was handed over from that day on (or ordered, where it never was), so that what was under way by
then counts to before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.incidents import About
from portal.domain.patterns import MEASURES, Family, Measure
from portal.records import pattern_units
from portal.records.pattern_units import Asked

# What tells a fact of an incident of a unit. A parcel counts for the product and the category of its first line.
_COLUMNS: Mapping[str, str] = {
    "carrier": "carrier",
    "service": "service",
    "vendor": "vendor",
    "vendor_region": "origin",
    "category": "category",
    "sku": "sku",
    "ship_to_country": "country",
    "ship_to_region": "region",
}
_STRATA = """
    SELECT part, week, mix, count(*) FILTER (WHERE mine), coalesce(sum({{measure}}) FILTER (WHERE mine), 0),
        count(*) FILTER (WHERE NOT mine), coalesce(sum({{measure}}) FILTER (WHERE NOT mine), 0)
    FROM (
        SELECT {{measure}}, {{where}} AS mine, {mix} AS mix,
            floor(extract(epoch FROM began_at - CAST(:start AS timestamptz)) / 604800)::int AS week,
            CASE WHEN began_at < :fixed THEN 0 WHEN began_at < :closed THEN 1 ELSE 2 END AS part
        FROM ({{units}}) AS units
    ) AS told GROUP BY part, week, mix
"""
_OF_GOODS, _OF_PARCELS = _STRATA.format(mix="category"), _STRATA.format(mix="service || '|' || region")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when units settle, the first moment after the fix, and the one after which it was closed."""

    start: datetime
    end: datetime
    fixed: datetime
    closed: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Units of one week and part of the mix. part: 0 before the fix, 1 after it, 2 after the incident was closed."""

    part: int
    week: int
    mix: str
    exposure: int
    events: int
    elsewhere: int
    elsewhere_events: int


def counted(session: Session, measure: Measure, abouts: Sequence[About], span: Span) -> Iterator[Counted]:
    """Count the units of a span. A unit is of the incident where all facts of one of ``abouts`` fit it.

    Nothing where these say nothing of a parcel.
    """
    where, values = _mine(abouts)
    if not where:
        return
    family = next(family for family, measures in MEASURES.items() if measure in measures)
    asked = Asked(family, measure, {}, span.start, span.end, span.zone)
    template = _OF_GOODS if family is Family.USED else _OF_PARCELS
    pattern_units.begin(session)
    values |= asked.values | {"fixed": span.fixed, "closed": span.closed}
    for row in session.execute(text(asked.written(template, where)), values):
        yield Counted(*row)


def _mine(abouts: Sequence[About]) -> tuple[str, dict[str, object]]:
    """Write that a unit is of the incident. The names are ours; the words are bound."""
    parts: list[str] = []
    values: dict[str, object] = {}
    for number, about in enumerate(abouts):
        told = {name: word for name, word in about.items() if name in _COLUMNS}
        values |= {f"{name}_{number}": word for name, word in told.items()}
        if told:
            parts.append(" AND ".join(f"{_COLUMNS[name]} = :{name}_{number}" for name in told))
    return " OR ".join(f"({part})" for part in parts), values
