"""The claims that a pattern is about: what customers reported of it, and what it has cost to put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.domain.patterns import LANE_BETWEEN, REPORTED_AS, Measure
from portal.records.tables.patterns import Pattern

_COLUMNS = {
    "vendor": "s.vendor",
    "lane": f"s.vendor_region || '{LANE_BETWEEN}' || o.ship_to_region",
    "carrier": "s.carrier",
    "service": "s.service",
    "origin": "s.vendor_region",
    "region": "o.ship_to_region",
    "sku": "l.sku",
    "category": "l.category",
    "weekday": "extract(isodow FROM s.handed_over_at AT TIME ZONE :zone)::int::text",
}
_CLAIMS = """
    WITH told AS (
        SELECT c.ref, c.state, c.created_at, f.currency,
            coalesce(sum(f.amount_minor + f.bonus_minor), 0)::bigint AS cost
        FROM claims AS c JOIN claim_lines AS cl ON cl.claim_id = c.id JOIN order_lines AS l ON l.id = cl.order_line_id
        JOIN shipments AS s ON s.id = l.shipment_id JOIN orders AS o ON o.id = c.order_id
        LEFT JOIN offers AS f ON f.claim_line_id = cl.id AND f.state = 'accepted'
        WHERE c.created_at >= :since AND cl.problem = ANY(:problems) AND {where}
        GROUP BY c.id, f.currency
    )
    SELECT ref, state, created_at, currency, cost, count(*) OVER (),
        (SELECT json_object_agg(currency, whole) FROM
            (SELECT currency, sum(cost) AS whole FROM told WHERE currency IS NOT NULL GROUP BY 1) AS sums)
    FROM told ORDER BY created_at DESC, ref LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class ClaimToldOf:
    """A claim that a pattern is about, and what was accepted for it."""

    ref: str
    state: str
    created_at: datetime
    cost: Money | None


@dataclass(frozen=True, slots=True)
class ToldOf:
    """The newest claims of a pattern, how many there are, and what all of them cost, by currency."""

    claims: tuple[ClaimToldOf, ...]
    whole: int
    cost: tuple[Money, ...]


def told_of(session: Session, pattern: Pattern, *, since: datetime, zone: str, most: int = 20) -> ToldOf:
    """Find the claims since a moment about a pattern's cell and its problems, in one statement."""
    where, values = _of(pattern.cell)
    problems = [problem.value for problem in REPORTED_AS[Measure(pattern.measure)]]
    found = session.execute(
        text(_CLAIMS.format(where=where)),
        {"since": since, "problems": problems, "most": most, "zone": zone, **values},
    ).all()
    claims = tuple(ClaimToldOf(one[0], one[1], one[2], Money(one[4], one[3]) if one[3] else None) for one in found)
    sums: dict[str, Any] = found[0][6] or {} if found else {}
    cost = tuple(Money(int(minor), currency) for currency, minor in sorted(sums.items()))
    return ToldOf(claims, found[0][5] if found else 0, cost)


def _of(cell: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    where = " AND ".join(f"{_COLUMNS[dimension]} = :{dimension}" for dimension in cell)
    return where, dict(cell)
