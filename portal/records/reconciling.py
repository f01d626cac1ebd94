"""Hold what moved on the provider's balance against our refunds and disputes, and keep what differs, by name."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.domain.ports_books import Movement
from portal.domain.refs import new_ref
from portal.records import closing
from portal.records.tables.reconciling import Difference, Reconciliation

# What we know of each refund and dispute by the provider's name of it.
_COMPARE = text("""
    WITH theirs AS (
      SELECT *, row_number() OVER (PARTITION BY kind, subject_ref ORDER BY moved_at, ref) AS time
      FROM jsonb_to_recordset(CAST(:movements AS jsonb)) AS t (
        ref text, kind text, subject_ref text, amount_minor bigint, currency text, moved_at timestamptz)
    ), ours AS (
      SELECT provider_ref, amount_minor, currency, state, 'refund' AS what FROM refunds WHERE provider_ref IS NOT NULL
      UNION ALL SELECT provider_ref, amount_minor, currency, state, 'refund' FROM external_refunds
      UNION ALL SELECT provider_ref, amount_minor, currency, state, 'dispute' FROM disputes
    ), compared AS (
      SELECT t.ref AS name, t.kind, t.subject_ref AS subject, t.amount_minor, t.currency, t.moved_at AS happened_at,
        CASE
          WHEN o.provider_ref IS NULL OR (o.what = 'refund') <> (t.kind IN ('refund', 'refund_failed')) THEN 'unknown'
          WHEN t.time > 1 THEN 'twice'
          WHEN o.currency <> t.currency OR t.amount_minor
            <> CASE WHEN t.kind IN ('refund', 'disputed') THEN -o.amount_minor ELSE o.amount_minor END THEN 'amount'
          WHEN t.kind = 'refund' AND o.state NOT IN
            ('pending', 'requires_action', 'succeeded', 'failed', 'canceled') THEN 'state'
          WHEN t.kind = 'refund_failed' AND o.state NOT IN ('failed', 'canceled') THEN 'state'
          WHEN t.kind = 'dispute_won' AND o.state <> 'won' THEN 'state'
        END AS why
      FROM theirs AS t LEFT JOIN ours AS o ON o.provider_ref = t.subject_ref
    ), missing AS (
      SELECT r.ref AS name, 'refund' AS kind, r.provider_ref AS subject, -r.amount_minor AS amount_minor, r.currency,
        r.settled_at AS happened_at, 'missing' AS why
      FROM refunds AS r WHERE r.state = 'succeeded' AND r.settled_at >= :since AND r.settled_at < :settled
        -- What first left before then may have moved before then, and its movement is not asked for any more.
        AND coalesce(r.first_sent_at, r.created_at) >= :since
        AND NOT EXISTS (SELECT FROM theirs WHERE kind = 'refund' AND subject_ref = r.provider_ref)
      UNION ALL
      SELECT r.ref, 'refund_failed', r.provider_ref, r.amount_minor, r.currency, r.settled_at, 'missing'
      FROM refunds AS r JOIN journal_entries AS e ON e.occasion = 'refund_settled' AND e.source = r.ref
      WHERE r.state = 'failed' AND r.settled_at >= :since AND r.settled_at < :settled
        AND NOT EXISTS (SELECT FROM theirs WHERE kind = 'refund_failed' AND subject_ref = r.provider_ref)
      UNION ALL
      SELECT q.ref, 'disputed', q.provider_ref, -q.amount_minor, q.currency, q.opened_at, 'missing'
      FROM disputes AS q WHERE q.state IN ('needs_response', 'under_review', 'won', 'lost')
        AND q.opened_at >= :since AND q.opened_at < :settled
        AND NOT EXISTS (SELECT FROM theirs WHERE kind = 'disputed' AND subject_ref = q.provider_ref)
    )
    SELECT name, kind, why, subject, amount_minor, currency, happened_at FROM compared
    UNION ALL SELECT name, kind, why, subject, amount_minor, currency, happened_at FROM missing
    ORDER BY happened_at, name
""")
# What differs in closed days was accepted by the two who closed them. Before the first close it is carried over.
_OLDEST_DIFFERENCE = text("""
    SELECT min((happened_at AT TIME ZONE :zone)::date) FROM reconcile_differences
    WHERE reconciliation_id = (SELECT max(id) FROM reconciliations) AND NOT EXISTS (SELECT FROM closed_batches)
""")


@dataclass(frozen=True, slots=True)
class Compared:
    """One movement, or one of ours that has none. why: unknown, twice, amount, state or missing; None where equal."""

    name: str
    kind: str
    why: str | None
    subject: str
    amount_minor: int
    currency: str
    happened_at: datetime


def first_open_day(session: Session, zone: ZoneInfo) -> date | None:
    """Tell from which day on things may still differ: the first that is not closed for every currency.

    Before the first close it is that of the oldest entry or difference. zone: in which the days are meant.
    """
    days = (closing.first_open_day(session), session.scalar(_OLDEST_DIFFERENCE, {"zone": zone.key}))
    return min((day for day in days if day is not None), default=None)


def compare(session: Session, movements: Iterable[Movement], since: datetime, settled: datetime) -> list[Compared]:
    """Compare all movements since a moment with what we have. settled: before then, both sides know of everything."""
    told = f"[{','.join(json.dumps(moved.to_document()) for moved in movements)}]"
    asked = {"movements": told, "since": since, "settled": settled}
    return [Compared(*row) for row in session.execute(_COMPARE, asked)]


def keep(
    session: Session,
    differences: Sequence[Compared],
    *,
    since: datetime,
    until: datetime,
    actor: str,
    matched: int,
    waiting: int,
) -> str:
    """Keep what came of a comparison, and give its ref."""
    made = Reconciliation(
        ref=new_ref("RCN", 10), since_at=since, until_at=until, actor=actor, matched=matched, waiting=waiting
    )
    session.add(made)
    session.flush()
    rows = [
        {
            "reconciliation_id": made.id,
            "name": one.name,
            "kind": one.kind,
            "why": one.why,
            "subject": one.subject,
            "amount_minor": one.amount_minor,
            "currency": one.currency,
            "happened_at": one.happened_at,
        }
        for one in differences
    ]
    if rows:
        session.execute(insert(Difference), rows)
    return made.ref


def newest(session: Session) -> Reconciliation | None:
    """Give the newest comparison."""
    return session.scalars(select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)).first()


def differences_of(session: Session, reconciliation: Reconciliation) -> list[Difference]:
    """List what differed then, the oldest first."""
    asked = select(Difference).where(Difference.reconciliation_id == reconciliation.id)
    return list(session.scalars(asked.order_by(Difference.happened_at, Difference.name)))
