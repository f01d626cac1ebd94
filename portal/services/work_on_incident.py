"""Work on an incident: its cause, the stage that answers for it, steps that contain it, and its fix with a date.

Each act names the version of the incident that its page showed, so that of two people who act at once the second is
told that it has moved on. Each raises NotFound, and MovedOn where it changed since, was merged or closed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.actors import Actor
from portal.domain.errors import MovedOn, NotFound
from portal.domain.incidents import BadIncident, StepKind, check_day, check_step, is_being_counted
from portal.domain.patterns import Measure
from portal.domain.problems import Stage
from portal.records import deeds, incidents, outbox
from portal.records.sessions import Session
from portal.records.tables.incidents import Incident, IncidentStep
from portal.services.toolkit import Toolkit, tried_again

PROVE = "incidents.prove"
_MOST_LETTERS = 4_000
# After whatever customers wait for.
_PRIORITY = -10


@dataclass(frozen=True, slots=True)
class At:
    """Which incident, as of which version, and who acts."""

    ref: str
    version: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Fix:
    """What ends an incident, from which day on; what must fall by it, and since when that was raised."""

    words: str
    fix_on: date
    since_on: date
    measure: Measure | None = None


@contextmanager
def held(toolkit: Toolkit, at: At) -> Iterator[tuple[Session, Incident, datetime]]:
    """Hold an incident that is open for one act on it."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        incident = incidents.hold(session, at.ref)
        if incident is None:
            raise NotFound(at.ref)
        if incident.closed_at or incident.merged_into or incident.version != at.version:
            raise MovedOn(at.ref)
        incident.version += 1
        yield session, incident, now


def said(words: str, field: str) -> str:
    """Give words without blanks around them; raise BadIncident where there are none, or too many."""
    kept = words.strip()
    if not 0 < len(kept) <= _MOST_LETTERS:
        raise BadIncident(f"it is said in 1 to {_MOST_LETTERS} letters", field)
    return kept


@tried_again
def say_cause(toolkit: Toolkit, at: At, *, cause: str, confirmed: bool) -> None:
    """Say why it happens: what somebody guesses, or what is confirmed. Another cause begins as a guess again."""
    words = said(cause, "cause")
    with held(toolkit, at) as (session, incident, now):
        if words != incident.cause:
            incident.cause, incident.cause_by, incident.cause_at = words, str(at.actor), now
            incident.cause_confirmed_by = incident.cause_confirmed_at = None
        if confirmed and incident.cause_confirmed_at is None:
            incident.cause_confirmed_by, incident.cause_confirmed_at = str(at.actor), now
        kind = "incident_cause_confirmed" if confirmed else "incident_cause_guessed"
        _note(session, kind, at, now, words=words)


@tried_again
def name_stage(toolkit: Toolkit, at: At, *, stage: Stage) -> None:
    """Name the stage of the journey whose owner answers for it."""
    with held(toolkit, at) as (session, incident, now):
        incident.stage = stage.value
        _note(session, "incident_owner", at, now, stage=stage.value)


@tried_again
def take_step(toolkit: Toolkit, at: At, step: StepKind, *, words: str, from_on: date, until_on: date | None) -> None:
    """Contain it from one day to another, or until somebody ends it. Raises BadIncident."""
    check_step(from_on, until_on, _today(toolkit))
    kept = said(words, "step_words") if words.strip() else ""
    with held(toolkit, at) as (session, incident, now):
        made = IncidentStep(incident_id=incident.id, kind=step.value, words=kept, from_on=from_on, until_on=until_on)
        made.set_by, made.set_at = str(at.actor), now
        session.add(made)
        span = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat() if until_on else None}
        _note(session, "incident_step", at, now, step=step.value, words=kept, **span)


@tried_again
def end_step(toolkit: Toolkit, at: At, *, step_id: int) -> None:
    """End a step that runs; raise MovedOn where none of that key does."""
    with held(toolkit, at) as (session, incident, now):
        step = incidents.step_of(session, incident, step_id)
        if step is None:
            raise MovedOn(at.ref)
        step.ended_by, step.ended_at = str(at.actor), now
        _note(session, "incident_step_ended", at, now, step=step.kind)


@tried_again
def plan_fix(toolkit: Toolkit, at: At, fix: Fix) -> None:
    """Say what ends it and from which day on, and have it proven from then. Raises BadIncident."""
    words, today = said(fix.words, "fix"), _today(toolkit)
    check_day(fix.fix_on, today, "fix_on")
    check_day(fix.since_on, today, "since_on")
    if fix.since_on > today:
        raise BadIncident("it begins in the future", "since_on")
    if fix.fix_on <= fix.since_on:
        raise BadIncident("it is mended before it began", "fix_on")
    with held(toolkit, at) as (session, incident, now):
        measure = Measure(incident.measure) if incident.measure else fix.measure
        if measure is None:
            raise BadIncident("nobody said what must fall", "measure")
        incident.fix, incident.fix_on, incident.fix_by, incident.fix_at = words, fix.fix_on, str(at.actor), now
        incident.measure, incident.since_on, incident.proof = measure.value, fix.since_on, None
        _note(session, "incident_fix", at, now, words=words, fix_on=fix.fix_on.isoformat(), measure=measure.value)
        leave_proof(session, incident, now)


@tried_again
def ask_proof(toolkit: Toolkit, *, ref: str, actor: Actor) -> None:
    """Have it counted anew whether an incident fell; nothing while a count that was asked for is waited for.

    Raises NotFound, MovedOn for a part of another, and BadIncident where no fix was named.
    """
    now = toolkit.now()
    with toolkit.transaction() as session:
        incident = incidents.hold(session, ref)
        if incident is None:
            raise NotFound(ref)
        if incident.merged_into:
            raise MovedOn(ref)
        if incident.fix_on is None:
            raise BadIncident("there is no fix to prove", "proof")
        if is_being_counted(incident.proof_asked_at, now):
            return
        deeds.note(session, "incident_count_asked", ref, actor=actor, now=now)
        leave_proof(session, incident, now)


def leave_proof(session: Session, incident: Incident, now: datetime) -> None:
    """Leave the job that counts an incident, whose row is held."""
    incident.proof_asked_at = now
    outbox.defer_in_turn(session, PROVE, priority=_PRIORITY, incident_ref=incident.ref)


def _note(session: Session, kind: str, at: At, now: datetime, **detail: str | None) -> None:
    deeds.note(session, kind, at.ref, actor=at.actor, now=now, detail=detail)


def _today(toolkit: Toolkit) -> date:
    return toolkit.now().astimezone(toolkit.zone).date()
