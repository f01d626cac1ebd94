"""The orders that an incident may strike next: their parcels are open or fresh, and nobody complained of them yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Template
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from portal.domain.incidents import KNOWN_ON_ARRIVAL, About
from portal.domain.problems import NEVER_LEFT
from portal.records.erasure import IS_NOBODY

FRESH_FOR = timedelta(days=14)
"""A parcel that was delivered this long ago may still turn out to be struck."""
OPEN_FOR = timedelta(days=90)
"""A parcel that left, or was ordered, longer ago than this and never came is no news to anybody."""

_ROWS_AT_ONCE = 1_000
_NO_END = 2**62
# What tells a fact of ``portal.domain.incidents.ABOUT``: a parcel with its order, or a line of it. A problem is what a
# customer tells, so it says nothing of those who have not.
_OF_PARCEL: Mapping[str, str] = {
    "carrier": "s.carrier",
    "service": "s.service",
    "vendor": "s.vendor",
    "vendor_region": "s.vendor_region",
    "ship_to_country": "o.ship_to_country",
    "ship_to_region": "o.ship_to_region",
}
_OF_LINE: Mapping[str, str] = {
    "category": "l.category",
    "sku": "l.sku",
}
_AT_RISK = Template("""
    SELECT $columns
    FROM shipments s JOIN orders o ON o.id = s.order_id JOIN customers ON customers.id = o.customer_id
    WHERE (s.delivered_at >= :fresh
        OR s.delivered_at IS NULL AND s.handed_over_at >= :open
        OR s.delivered_at IS NULL AND s.handed_over_at IS NULL AND o.placed_at >= :open)
      AND s.id > :after AND s.id < :before AND o.status <> ALL (:never) AND NOT ($nobody) AND ($struck)
      AND NOT EXISTS (SELECT FROM order_lines l JOIN claim_lines k ON k.order_line_id = l.id
        WHERE l.shipment_id = s.id AND k.state <> 'withdrawn')
    $rest
""")
_COLUMNS = "s.id, s.order_id, o.order_number, o.customer_id, s.promised_at, s.delivered_at, s.last_scan_at"


def fresh_for(measure: str | None) -> timedelta:
    """Tell how long after its delivery a parcel is still at risk of what is counted of an incident."""
    return timedelta(0) if measure in {one.value for one in KNOWN_ON_ARRIVAL} else FRESH_FOR


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A parcel that may be struck. delivered_at is None where it is still on its way."""

    shipment_id: int
    order_id: int
    order_number: str
    customer_id: int
    promised_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None


def orders_at_risk(
    session: Session,
    about: About,
    *,
    now: datetime,
    also: Sequence[About] = (),
    fresh_for: timedelta = FRESH_FOR,
    after: int = 0,
    most: int | None = None,
) -> Iterator[AtRisk]:
    """Stream the parcels at risk of an incident, by their keys, as the database gives them: a million fit in no list.

    A parcel is at risk where all facts of ``about``, or of one of ``also`` (incidents merged into it), fit it and, for
    product and category, one of its lines (its vendor and region are those of its first line); it has not arrived, or
    did within ``fresh_for``; nobody reported anything of it that was not withdrawn; its order was not cancelled, and
    its customer not erased. One order may have several parcels. after and most: to go on after a shipment's key, and
    to stop. Nothing where ``about`` names a problem alone.
    """
    asked, values = _asked((about, *also), _COLUMNS, "ORDER BY s.id" + ("" if most is None else " LIMIT :most"))
    if asked is None:
        return
    values |= _bounds(now, fresh_for) | {"after": after}
    values |= {} if most is None else {"most": most}
    found = session.execute(asked.execution_options(yield_per=_ROWS_AT_ONCE), values)
    for row in found:
        yield AtRisk(*row)


def newest_at_risk(
    session: Session,
    about: About,
    *,
    now: datetime,
    also: Sequence[About] = (),
    fresh_for: timedelta = FRESH_FOR,
    before: int = 0,
    most: int,
) -> list[AtRisk]:
    """List the newest parcels at risk, or those before a shipment's key: a page of them is found at once."""
    asked, values = _asked((about, *also), _COLUMNS, "ORDER BY s.id DESC LIMIT :most")
    if asked is None:
        return []
    values |= _bounds(now, fresh_for) | {"before": before or _NO_END, "most": most}
    return [AtRisk(*row) for row in session.execute(asked, values)]


class RiskCount(NamedTuple):
    """Parcels at risk, the orders that they belong to, how many have not arrived, and how many of those have no day."""

    parcels: int = 0
    orders: int = 0
    on_the_way: int = 0
    without_a_day: int = 0


def count_at_risk(
    session: Session, about: About, *, now: datetime, also: Sequence[About] = (), fresh_for: timedelta = FRESH_FOR
) -> RiskCount:
    """Count parcels at risk."""
    columns = """count(*), count(DISTINCT s.order_id), count(*) FILTER (WHERE s.delivered_at IS NULL),
        count(*) FILTER (WHERE s.delivered_at IS NULL AND s.promised_at IS NULL)"""
    asked, values = _asked((about, *also), columns, "")
    if asked is None:
        return RiskCount()
    values |= _bounds(now, fresh_for)
    return RiskCount(*session.execute(asked, values).one())


def _bounds(now: datetime, fresh_for: timedelta) -> dict[str, object]:
    return {"fresh": now - fresh_for, "open": now - OPEN_FOR, "after": 0, "before": _NO_END}


def _asked(abouts: Sequence[About], columns: str, rest: str) -> tuple[TextClause | None, dict[str, object]]:
    """Write the statement, with what it binds of the facts; none where they say nothing of a parcel."""
    values: dict[str, object] = {"never": sorted(NEVER_LEFT)}
    parts = [_struck(about, number, values) for number, about in enumerate(abouts)]
    struck = " OR ".join(part for part in parts if part)
    if not struck:
        return None, values
    return text(_AT_RISK.substitute(columns=columns, struck=struck, nobody=IS_NOBODY, rest=rest)), values


def _struck(about: About, number: int, values: dict[str, object]) -> str:
    """Write that a parcel and one of its lines are what an incident is about. Names are ours; words are bound."""
    told = {name: word for name, word in about.items() if name in _OF_PARCEL or name in _OF_LINE}
    values |= {f"{name}_{number}": word for name, word in told.items()}
    parts = [f"{_OF_PARCEL[name]} = :{name}_{number}" for name in told if name in _OF_PARCEL]
    lines = " AND ".join(f"{_OF_LINE[name]} = :{name}_{number}" for name in told if name in _OF_LINE)
    if lines:
        parts.append(f"EXISTS (SELECT FROM order_lines l WHERE l.shipment_id = s.id AND {lines})")
    return f"({' AND '.join(parts)})" if parts else ""
