"""Incidents: opened, held, listed, merged and closed, and those that policy asks about."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.incidents import WATCHED_FOR, About, Outcome
from portal.domain.patterns import Measure
from portal.records.incident_claims import Part, Tie
from portal.records.tables.deeds import Deed
from portal.records.tables.incidents import Incident, IncidentStep
from portal.records.tables.patterns import Pattern
from portal.records.tables.policies import JourneyStage

# A part of larger statements: one column. What was merged into another is open as long as that one.
OPEN = "SELECT json_agg(i.about) FROM incidents AS i WHERE i.closed_at IS NULL"


def open_in(found: Sequence[dict[str, Any]] | None) -> tuple[About, ...]:
    """Read what ``OPEN`` found."""
    return tuple(found or ())


def add(
    session: Session,
    *,
    ref: str,
    words: str,
    about: dict[str, str],
    opened_by: str,
    now: datetime,
    measure: Measure | None = None,
    since_on: date | None = None,
) -> None:
    """Write that an incident is open. since_on: since when it was raised, the day of now where nobody knows."""
    incident = Incident(ref=ref, words=words, about=about, opened_by=opened_by, opened_at=now)
    incident.measure, incident.since_on = measure.value if measure else None, since_on or now.date()
    session.add(incident)


def named(session: Session, ref: str) -> Incident | None:
    """Find an incident by its ref, open or not."""
    return session.scalars(select(Incident).where(Incident.ref == ref)).one_or_none()


def hold(session: Session, ref: str) -> Incident | None:
    """Lock an incident by its ref, open or not."""
    return session.scalars(select(Incident).where(Incident.ref == ref).with_for_update()).one_or_none()


def hold_whole(session: Session, ref: str) -> Incident | None:
    """Lock an incident, or the one that it is a part of, also where it became one while this waited for the lock."""
    merged_into = session.scalar(select(Incident.merged_into).where(Incident.ref == ref))
    found = hold(session, merged_into or ref)
    return hold_whole(session, ref) if found is not None and found.merged_into else found


def hold_open(session: Session, ref: str) -> Incident | None:
    """Lock an incident that is open, and not a part of another."""
    incident = hold(session, ref)
    return incident if incident and incident.closed_at is None and incident.merged_into is None else None


def open_ones(session: Session) -> list[Incident]:
    """List the incidents that are open, oldest first."""
    own = Incident.closed_at.is_(None), Incident.merged_into.is_(None)
    return list(session.scalars(select(Incident).where(*own).order_by(Incident.opened_at)))


def listed(session: Session, *, limit: int) -> list[Incident]:
    """List incidents: those that are open first, then those that are flagged, and of each the newest first."""
    first = (Incident.closed_at.is_(None).desc(), Incident.flag.is_not(None).desc(), Incident.opened_at.desc())
    own = select(Incident).where(Incident.merged_into.is_(None))
    return list(session.scalars(own.order_by(*first, Incident.id.desc()).limit(limit)))


def to_watch(session: Session, now: datetime, today: date) -> list[str]:
    """Name the incidents with a fix that has begun: those that are open, and those that were closed lately."""
    lately = or_(Incident.closed_at.is_(None), Incident.closed_at >= now - WATCHED_FOR)
    fixed = Incident.fix_on <= today, Incident.measure.is_not(None), Incident.merged_into.is_(None)
    return list(session.scalars(select(Incident.ref).where(lately, *fixed).order_by(Incident.id)))


def parts_of(session: Session, incident: Incident) -> list[Incident]:
    """Give an incident and those that were merged into it."""
    merged = select(Incident).where(Incident.merged_into == incident.ref).order_by(Incident.id)
    return [incident, *session.scalars(merged)]


def whole_of(session: Session, ref: str) -> tuple[list[Incident], list[Pattern]]:
    """Find an incident by its ref with those merged into it, itself first, and the patterns that it came from.

    Nothing where there is no such incident. What was merged gave its patterns to the one that it became a part of.
    """
    asked = (
        select(Incident, Pattern)
        .outerjoin(Pattern, and_(Pattern.incident_ref == ref, Incident.ref == ref))
        .where(or_(Incident.ref == ref, Incident.merged_into == ref))
        .order_by(Incident.ref != ref, Incident.id, Pattern.id)
    )
    rows = session.execute(asked).all()
    return list(dict.fromkeys(part for part, _ in rows)), [pattern for _, pattern in rows if pattern is not None]


def tie_of(parts: Sequence[Incident], now: datetime, zone: ZoneInfo) -> Tie:
    """Say which claims belong to an incident: reported since it was raised, by any of its parts, until it was closed.

    parts: as ``parts_of`` gives them. zone: where the shop's days are.
    """
    since = datetime.combine(min(part.since_on for part in parts), datetime.min.time(), zone)
    measured = (Part(part.about, Measure(part.measure) if part.measure else None) for part in parts)
    return Tie(tuple(measured), since, parts[0].closed_at or now + timedelta(days=1))


def merge(session: Session, one: Incident, into: Incident) -> None:
    """Make an incident, and what was merged into it, a part of another; its patterns and steps become that one's."""
    ours = or_(Incident.ref == one.ref, Incident.merged_into == one.ref)
    session.execute(update(Incident).where(ours).values(merged_into=into.ref))
    session.execute(update(Pattern).where(Pattern.incident_ref == one.ref).values(incident_ref=into.ref))
    running = IncidentStep.incident_id == one.id, IncidentStep.ended_at.is_(None)
    session.execute(update(IncidentStep).where(*running).values(incident_id=into.id))
    into.since_on = min(into.since_on, one.since_on)
    into.version += 1


def close(session: Session, incident: Incident, outcome: Outcome, *, by: str, reason: str, now: datetime) -> None:
    """Close an incident, and with it what was merged into it."""
    merged = Incident.merged_into == incident.ref
    values = {"closed_at": now, "closed_by": by, "outcome": Outcome.MERGED.value}
    session.execute(update(Incident).where(merged).values(values))
    incident.closed_at, incident.closed_by = now, by
    incident.outcome, incident.close_reason = outcome.value, reason
    incident.version += 1


def steps_of(session: Session, incident: Incident) -> list[IncidentStep]:
    """List the steps of an incident, those that run first."""
    ended = IncidentStep.ended_at.is_not(None)
    asked = select(IncidentStep).where(IncidentStep.incident_id == incident.id)
    return list(session.scalars(asked.order_by(ended, IncidentStep.from_on, IncidentStep.id)))


def step_of(session: Session, incident: Incident, step_id: int) -> IncidentStep | None:
    """Find a step of an incident that runs."""
    ours = IncidentStep.id == step_id, IncidentStep.incident_id == incident.id, IncidentStep.ended_at.is_(None)
    return session.scalars(select(IncidentStep).where(*ours)).one_or_none()


def history_of(session: Session, refs: Sequence[str], *, limit: int) -> list[Deed]:
    """List what was done about an incident and its parts, the newest first."""
    return list(session.scalars(select(Deed).where(Deed.subject.in_(refs)).order_by(Deed.id.desc()).limit(limit)))


def owner_of(session: Session, stage: str | None) -> str:
    """Name who answers for a stage of the journey; nobody where no stage is named, or nobody answers for it."""
    named_stage = select(JourneyStage.owner).where(JourneyStage.stage == stage)
    return "" if stage is None else session.scalar(named_stage) or ""
