"""Grants that were an error: what stands of them, and what was taken back, once for each source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.credit import Origin
from portal.domain.journal import About, Promise
from portal.domain.refs import new_ref
from portal.records.tables.credit import CreditReversal

# A lot and what came back of it as lots of their own are one grant.
_GRANTS = text("""
    WITH RECURSIVE family AS (
      SELECT id AS root_id, id FROM credit_lots WHERE source = :remedy_ref AND again_of_id IS NULL
      UNION ALL SELECT family.root_id, l.id FROM family JOIN credit_lots l ON l.again_of_id = family.id
    )
    SELECT root.id, root.ref, root.account_id, root.origin, root.amount_minor, e.claim_ref, e.dimensions,
      array_agg(DISTINCT own.ref) AS lots, -coalesce(sum(m.amount_minor), 0)::bigint AS gone
    FROM family JOIN credit_lots root ON root.id = family.root_id JOIN credit_lots own ON own.id = family.id
    JOIN journal_entries e ON e.occasion = 'credit_issued' AND e.source = root.ref
    LEFT JOIN credit_moves m ON m.lot_id = family.id AND m.kind IN ('expire', 'reverse')
    GROUP BY root.id, e.id ORDER BY root.id
""")
_PROMISE = text("""
    SELECT p.policy_class FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id
    WHERE e.occasion = 'remedy_promised' AND e.source = :remedy_ref AND p.account = 'remedy_cost'
    ORDER BY (p.policy_class = 'goodwill') = :gift DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant of a remedy. gone: what of it ended or was taken back before; lots: the refs of all that is of it."""

    id: int
    ref: str
    account_id: int
    origin: Origin
    amount_minor: int
    gone: int
    lots: tuple[str, ...]
    about: About


def grants_of(session: Session, remedy_ref: str) -> list[Grant]:
    """Read what a remedy has granted."""
    return [
        Grant(
            row.id,
            row.ref,
            row.account_id,
            Origin(row.origin),
            row.amount_minor,
            row.gone,
            tuple(row.lots),
            About(row.claim_ref, row.dimensions),
        )
        for row in session.execute(_GRANTS, {"remedy_ref": remedy_ref})
    ]


def promise_of(session: Session, remedy_ref: str, origin: Origin) -> Promise:
    """Read under which class a remedy was promised; a gift on top of one is always goodwill."""
    gift = origin is Origin.GOODWILL
    return Promise(remedy_ref, session.execute(_PROMISE, {"remedy_ref": remedy_ref, "gift": gift}).scalar_one())


def before(session: Session, grants: Sequence[Grant], source: str) -> list[CreditReversal]:
    """Read what a source has taken back of grants."""
    ids = [grant.id for grant in grants]
    asked = select(CreditReversal).where(CreditReversal.lot_id.in_(ids), CreditReversal.source == source)
    return list(session.scalars(asked))


def add(
    session: Session, grant: Grant, *, source: str, wanted: int, taken: int, reason: str, actor: Actor, now: datetime
) -> str:
    """Keep what was taken back of a grant and give its ref. The same source again is refused by the database."""
    row = CreditReversal(
        ref=new_ref("CRV", 12),
        lot_id=grant.id,
        source=source,
        wanted_minor=wanted,
        taken_minor=taken,
        reason=reason,
        actor=str(actor),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.ref
