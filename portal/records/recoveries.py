"""Recoveries: written down, held, listed; and what came back by the journal, of incidents and in days.

Taken back is what was booked in error, so sums are what stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Template

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.domain.money import Money
from portal.domain.periods import Period
from portal.domain.recoveries import Recovery, RecoveryOutcome
from portal.records.counted_days import COUNTED_BETWEEN
from portal.records.tables.incidents import Incident
from portal.records.tables.recoveries import RecoveryRow

WAITING = "waiting"
# An entry names the incident that it was booked for, which may have become a part of another since.
_BY_INCIDENT = text("""
    SELECT coalesce(i.merged_into, i.ref) AS incident, p.currency, -sum(p.amount_minor)::bigint AS minor
    FROM journal_postings p JOIN journal_entries e ON e.id = p.entry_id
    JOIN incidents i ON i.ref = e.dimensions ->> 'incident'
    WHERE p.account = 'recovery_income' AND coalesce(i.merged_into, i.ref) = ANY (:refs)
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_BETWEEN = Template("""
    WITH $counted
    SELECT p.currency, -sum(p.amount_minor)::bigint AS minor
    FROM counted e JOIN journal_postings p ON p.entry_id = e.id
    WHERE p.account = 'recovery_income' GROUP BY p.currency ORDER BY p.currency
""").substitute(counted=COUNTED_BETWEEN)


@dataclass(frozen=True, slots=True)
class Listed:
    """A recovery in the list. takes_back: the ref of what it undoes.

    undone: whether something undoes it (``booked``) or waits to (``waiting``); None where nothing does. since_on: when
    its incident began, or the one that this became a part of where that began sooner.
    """

    row: RecoveryRow
    since_on: date
    takes_back: str | None
    undone: str | None


def add(session: Session, said: Recovery, *, ref: str, takes_back_id: int | None, now: datetime) -> None:
    """Write down what one person says, for a second one to book."""
    row = RecoveryRow(ref=ref, incident_ref=said.incident_ref, payer=said.payer.value, payer_name=said.payer_name)
    row.amount_minor, row.currency = said.amount.minor, said.amount.currency
    row.received_on, row.reference, row.reason = said.received_on, said.reference, said.reason
    row.takes_back_id, row.recorded_by, row.recorded_at = takes_back_id, str(said.actor), now
    session.add(row)


def hold(session: Session, ref: str) -> RecoveryRow | None:
    """Lock a recovery by its ref."""
    return session.scalars(select(RecoveryRow).where(RecoveryRow.ref == ref).with_for_update()).one_or_none()


def ref_of(session: Session, recovery_id: int | None) -> str | None:
    """Name a recovery by its key."""
    return session.scalar(select(RecoveryRow.ref).where(RecoveryRow.id == recovery_id)) if recovery_id else None


def undone_by(session: Session, row: RecoveryRow) -> str | None:
    """Name what takes a recovery back, or waits to."""
    stands = RecoveryRow.outcome.is_distinct_from(RecoveryOutcome.DROPPED.value)
    return session.scalar(select(RecoveryRow.ref).where(RecoveryRow.takes_back_id == row.id, stands))


def stands_as(session: Session, said: Recovery) -> str | None:
    """Name a recovery of the same payer and reference that stands or waits, so that none is told twice.

    said names an incident that is no part of another; what was told of its parts, before they were, is the same.
    Letters great or small, and how many blanks, are no difference.
    """
    undo = aliased(RecoveryRow)
    whole = select(Incident.ref).where(
        or_(Incident.ref == said.incident_ref, Incident.merged_into == said.incident_ref)
    )
    same = (
        RecoveryRow.incident_ref.in_(whole),
        _alike(RecoveryRow.payer_name) == _alike(literal(said.payer_name)),
        _alike(RecoveryRow.reference) == _alike(literal(said.reference)),
        RecoveryRow.takes_back_id.is_(None),
        RecoveryRow.outcome.is_distinct_from(RecoveryOutcome.DROPPED.value),
    )
    undone = select(undo.id).where(undo.takes_back_id == RecoveryRow.id, undo.outcome == RecoveryOutcome.BOOKED.value)
    return session.scalar(select(RecoveryRow.ref).where(*same, ~undone.exists()).limit(1))


def _alike(words: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    return func.lower(func.btrim(func.regexp_replace(words, r"\s+", " ", "g")))


def count(session: Session) -> int:
    """Count what was ever written down."""
    return session.scalar(select(func.count()).select_from(RecoveryRow)) or 0


def before(session: Session, ref: str) -> int | None:
    """Count what the list has before a recovery; None where there is none of that ref."""
    own, waits = aliased(RecoveryRow), RecoveryRow.outcome.is_(None)
    younger = RecoveryRow.id > own.id
    sooner = case((own.outcome.is_(None), and_(waits, younger)), else_=or_(waits, younger))
    many = select(func.count()).select_from(RecoveryRow).where(sooner).correlate(own).scalar_subquery()
    return session.scalar(select(many).select_from(own).where(own.ref == ref))


def listed(session: Session, *, most: int, skipped: int) -> list[Listed]:
    """List recoveries: those that wait first, and of each the newest first."""
    undo, original, whole = aliased(RecoveryRow), aliased(RecoveryRow), aliased(Incident)
    stands = undo.outcome.is_distinct_from(RecoveryOutcome.DROPPED.value)
    undone = select(func.coalesce(undo.outcome, WAITING)).where(undo.takes_back_id == RecoveryRow.id, stands)
    since_on = func.least(Incident.since_on, whole.since_on)
    asked = (
        select(RecoveryRow, since_on, original.ref, undone.scalar_subquery())
        .join(Incident, Incident.ref == RecoveryRow.incident_ref)
        .outerjoin(whole, whole.ref == Incident.merged_into)
        .outerjoin(original, original.id == RecoveryRow.takes_back_id)
    )
    ordered = asked.order_by(RecoveryRow.outcome.is_not(None), RecoveryRow.id.desc()).limit(most).offset(skipped)
    return [Listed(*found) for found in session.execute(ordered)]


def by_incident(session: Session, refs: Sequence[str]) -> dict[str, list[Money]]:
    """Tell what came back of incidents, what became a part of them included, by currency; what has none is left out."""
    found: dict[str, list[Money]] = {}
    for incident, currency, minor in session.execute(_BY_INCIDENT, {"refs": list(refs)}):
        found.setdefault(incident, []).append(Money(minor, currency))
    return found


def between(session: Session, period: Period) -> list[Money]:
    """Tell what came back in a period, by currency, on the days on which it counts."""
    found = session.execute(text(_BETWEEN), {"first": period.first, "last": period.last})
    return [Money(minor, currency) for currency, minor in found]
