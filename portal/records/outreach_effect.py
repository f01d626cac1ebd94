"""What an outreach did: what was chosen and what that cost, and who complained, told or kept back by lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.journal import Account
from portal.domain.money import Money
from portal.records.outreach_targets import TELLING
from portal.records.tables.incidents import Incident
from portal.records.tables.outreach import Outreach

_CHOSEN = text("""
    SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM remedies r WHERE r.claim_id = t.claim_id))
    FROM outreach_targets t WHERE t.outreach_id = :id AND t.state = 'told'
""")
_OF_INCIDENTS = text("""
    SELECT o.ref, o.state, o.drawn_at, o.found, count(t.id) FILTER (WHERE t.state = 'told') AS told,
      count(t.id) FILTER (WHERE t.state = 'told' AND EXISTS (SELECT FROM remedies r WHERE r.claim_id = t.claim_id))
    FROM (SELECT * FROM outreaches WHERE incident_id = ANY(:incidents) ORDER BY id DESC LIMIT :most) o
    LEFT JOIN outreach_targets t ON t.outreach_id = o.id
    GROUP BY o.id, o.ref, o.state, o.drawn_at, o.found ORDER BY o.id DESC
""")
_COST = text("""
    SELECT p.currency, sum(p.amount_minor)::bigint FROM outreach_targets t JOIN claims c ON c.id = t.claim_id
    JOIN journal_entries e ON e.claim_ref = c.ref JOIN journal_postings p ON p.entry_id = e.id
    WHERE t.outreach_id = :id AND p.account = :account GROUP BY 1 ORDER BY 1
""")
# Everybody counts on the side that the lot put them on, whatever became of them since; only those who had told us
# before the first letter left, and those for whom there was nothing when it was counted, count on neither.
_COMPLAINED = text("""
    SELECT t.drawn_back, count(*), count(*) FILTER (WHERE
        EXISTS (SELECT FROM order_lines l JOIN claim_lines k ON k.order_line_id = l.id
            JOIN claims c ON c.id = k.claim_id
            WHERE l.shipment_id = t.shipment_id AND c.raised_by <> 'system:outreach'
              AND c.created_at >= :since AND c.created_at < :until)
        OR EXISTS (SELECT FROM claim_events e WHERE e.claim_id = t.claim_id AND e.happened_at < :until
            AND e.action IN ('asked_for_a_person', 'asked_again', 'message_from_customer', 'not_restored')))
    FROM outreach_targets t
    WHERE t.outreach_id = :id AND t.outlook = ANY(:telling)
      AND NOT EXISTS (SELECT FROM order_lines l JOIN claim_lines k ON k.order_line_id = l.id
        JOIN claims c ON c.id = k.claim_id
        WHERE l.shipment_id = t.shipment_id AND c.created_at < :since AND k.state <> 'withdrawn')
    GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Arm:
    """Parcels that the lot put on one side, and of how many of them somebody complained until the same moment."""

    parcels: int
    complained: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of an outreach. cost: as the book has it, of the claims that it made. until: complaints counted so far.

    reached, kept_back: by the lot; reached holds those too who were skipped since.
    """

    told: int
    chosen: int
    cost: tuple[Money, ...]
    reached: Arm
    kept_back: Arm
    until: datetime


class Reached(NamedTuple):
    """An outreach of an incident. told, chosen: of how many parcels a customer was told, and chose something for it."""

    ref: str
    state: str
    drawn_at: datetime
    found: int | None
    told: int
    chosen: int


def of_incidents(session: Session, incidents: Sequence[Incident], *, most: int) -> list[Reached]:
    """List the outreaches about some incidents that were drawn up last, with what came of each. One statement."""
    values = {"incidents": [one.id for one in incidents], "most": most}
    return [Reached(*row) for row in session.execute(_OF_INCIDENTS, values)]


def effect_of(session: Session, outreach: Outreach, now: datetime) -> Effect | None:
    """Add up what came of an outreach since it was started; nothing before that. Three statements."""
    if outreach.started_at is None:
        return None
    until = min(now, outreach.kept_back_until or now)
    told, chosen = session.execute(_CHOSEN, {"id": outreach.id}).one()
    booked = session.execute(_COST, {"id": outreach.id, "account": Account.REMEDY_COST.value}).all()
    values = {"id": outreach.id, "telling": list(TELLING), "since": outreach.started_at, "until": until}
    arms = {row[0]: Arm(row[1], row[2]) for row in session.execute(_COMPLAINED, values)}
    return Effect(
        told=told,
        chosen=chosen,
        cost=tuple(Money(minor, currency) for currency, minor in booked if minor),
        reached=arms.get(False, Arm(0, 0)),
        kept_back=arms.get(True, Arm(0, 0)),
        until=until,
    )
