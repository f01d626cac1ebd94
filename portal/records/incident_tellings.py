"""Letters to all customers of an incident: proposed, sent by a second person, and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.tables.incidents import Incident, IncidentTelling, IncidentTold


@dataclass(frozen=True, slots=True)
class Told:
    """A letter of an incident, and how many customers were told by it so far."""

    telling: IncidentTelling
    customers: int


def propose(session: Session, incident: Incident, words: Mapping[str, str], by: str, now: datetime) -> None:
    """Write a letter that waits for a second person; one that waited before is dropped."""
    drop_waiting(session, incident, now)
    last = select(func.max(IncidentTelling.number)).where(IncidentTelling.incident_id == incident.id)
    made = IncidentTelling(incident_id=incident.id, number=1 + (session.scalar(last) or 0), words=dict(words))
    made.proposed_by, made.proposed_at = by, now
    session.add(made)
    session.flush()


def waiting(session: Session, incident: Incident) -> IncidentTelling | None:
    """Give the letter of an incident that waits for a second person."""
    ours = IncidentTelling.incident_id == incident.id
    waits = IncidentTelling.sent_at.is_(None), IncidentTelling.dropped_at.is_(None)
    return session.scalars(select(IncidentTelling).where(ours, *waits)).one_or_none()


def drop_waiting(session: Session, incident: Incident, now: datetime) -> None:
    """Let go of a letter that waits."""
    ours = IncidentTelling.incident_id == incident.id
    waits = IncidentTelling.sent_at.is_(None), IncidentTelling.dropped_at.is_(None)
    session.execute(update(IncidentTelling).where(ours, *waits).values(dropped_at=now))


def of(session: Session, incidents: Sequence[Incident]) -> list[Told]:
    """List the letters of an incident and its parts that wait or were sent, the newest first."""
    customers = (
        select(func.count()).where(IncidentTold.telling_id == IncidentTelling.id).correlate(IncidentTelling)
    ).scalar_subquery()
    ours = IncidentTelling.incident_id.in_([one.id for one in incidents]), IncidentTelling.dropped_at.is_(None)
    found = session.execute(select(IncidentTelling, customers).where(*ours).order_by(IncidentTelling.id.desc()))
    return [Told(telling, count) for telling, count in found]


def sent(session: Session, telling_id: int) -> tuple[IncidentTelling, Incident] | None:
    """Find a letter that was sent, with its incident."""
    asked = select(IncidentTelling, Incident).join(Incident, Incident.id == IncidentTelling.incident_id)
    row = session.execute(asked.where(IncidentTelling.id == telling_id, IncidentTelling.sent_at.is_not(None))).first()
    return None if row is None else (row[0], row[1])


def tell_once(session: Session, telling_id: int, customer_id: int, claim_id: int, now: datetime) -> bool:
    """Note that a customer is told; tell whether nobody has told them by this letter before."""
    values = {"telling_id": telling_id, "customer_id": customer_id, "claim_id": claim_id, "told_at": now}
    written = insert(IncidentTold).values(values).on_conflict_do_nothing().returning(IncidentTold.customer_id)
    return session.scalar(written) is not None
