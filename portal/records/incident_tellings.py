"""Letters to all customers of an incident: proposed, sent by a second person, and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.patterns import Measure
from portal.records import deeds
from portal.records.incident_claims import Part, Tie
from portal.records.tables.incidents import Incident, IncidentTelling, IncidentTold


@dataclass(frozen=True, slots=True)
class Told:
    """A letter of an incident, and how many customers were told by it so far."""

    telling: IncidentTelling
    customers: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that was sent, the ref of its incident, and what ties claims to that as it stood then."""

    telling: IncidentTelling
    incident_ref: str
    tie: Tie


def propose(session: Session, incident: Incident, words: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Write a letter that waits for a second person; one that waited before is dropped."""
    drop_waiting(session, incident, actor, now)
    last = select(func.max(IncidentTelling.number)).where(IncidentTelling.incident_id == incident.id)
    made = IncidentTelling(incident_id=incident.id, number=1 + (session.scalar(last) or 0), words=dict(words))
    made.proposed_by, made.proposed_at = str(actor), now
    session.add(made)
    session.flush()


def waiting(session: Session, incident: Incident) -> IncidentTelling | None:
    """Give the letter of an incident that waits for a second person."""
    ours = IncidentTelling.incident_id == incident.id
    waits = IncidentTelling.sent_at.is_(None), IncidentTelling.dropped_at.is_(None)
    return session.scalars(select(IncidentTelling).where(ours, *waits)).one_or_none()


def send(telling: IncidentTelling, tie: Tie, actor: Actor, now: datetime) -> None:
    """Write that a letter is sent, and to whom: those with a claim of this tie that was reported by now."""
    parts = [{"about": dict(one.about), "measure": one.measure.value if one.measure else None} for one in tie.parts]
    telling.told_to = {"parts": parts, "since": tie.since.isoformat()}
    telling.sent_by, telling.sent_at = str(actor), now


def drop_waiting(session: Session, incident: Incident, actor: Actor, now: datetime) -> None:
    """Let go of a letter that waits, and note who did and whose it was; nothing where none waits."""
    ours = IncidentTelling.incident_id == incident.id
    waits = IncidentTelling.sent_at.is_(None), IncidentTelling.dropped_at.is_(None)
    dropped = update(IncidentTelling).where(ours, *waits).values(dropped_at=now)
    row = session.execute(dropped.returning(IncidentTelling.number, IncidentTelling.proposed_by)).one_or_none()
    if row is not None:
        detail = {"number": row.number, "proposed_by": row.proposed_by}
        deeds.note(session, "incident_telling_dropped", incident.ref, actor=actor, now=now, detail=detail)


def of(session: Session, incidents: Sequence[Incident]) -> list[Told]:
    """List the letters of an incident and its parts that wait or were sent, the newest first."""
    customers = (
        select(func.count()).where(IncidentTold.telling_id == IncidentTelling.id).correlate(IncidentTelling)
    ).scalar_subquery()
    ours = IncidentTelling.incident_id.in_([one.id for one in incidents]), IncidentTelling.dropped_at.is_(None)
    found = session.execute(select(IncidentTelling, customers).where(*ours).order_by(IncidentTelling.id.desc()))
    return [Told(telling, count) for telling, count in found]


def sent(session: Session, telling_id: int) -> Sent | None:
    """Find a letter that was sent."""
    asked = select(IncidentTelling, Incident.ref).join(Incident, Incident.id == IncidentTelling.incident_id)
    row = session.execute(asked.where(IncidentTelling.id == telling_id)).one_or_none()
    if row is None or row[0].sent_at is None or row[0].told_to is None:
        return None
    told_to = row[0].told_to
    parts = (Part(one["about"], Measure(one["measure"]) if one["measure"] else None) for one in told_to["parts"])
    return Sent(row[0], row[1], Tie(tuple(parts), datetime.fromisoformat(told_to["since"]), row[0].sent_at))


def tell_once(session: Session, telling_id: int, customer_id: int, claim_id: int, now: datetime) -> bool:
    """Note that a customer is told; tell whether nobody has told them by this letter before."""
    values = {"telling_id": telling_id, "customer_id": customer_id, "claim_id": claim_id, "told_at": now}
    written = insert(IncidentTold).values(values).on_conflict_do_nothing().returning(IncidentTold.customer_id)
    return session.scalar(written) is not None
