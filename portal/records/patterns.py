"""Patterns that were found: written, kept up to date while nobody has decided, listed, and decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.patterns import Measure, PatternState
from portal.domain.refs import new_ref
from portal.records.tables.incidents import Incident
from portal.records.tables.patterns import Pattern

_REF_LETTERS = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """What was counted of a cell: from since_on to seen_on, with the interval of its rate, and by weeks."""

    measure: Measure
    cell: Mapping[str, str]
    since_on: date
    seen_on: date
    exposure: int
    events: int
    usual: float
    rate_low: float
    rate_high: float
    weeks: Sequence[tuple[date, int, int]]


def write(session: Session, seen: Seen) -> str:
    """Write a pattern that is new, and give its ref."""
    pattern = Pattern(
        ref=new_ref("PAT", _REF_LETTERS),
        state=PatternState.NEW.value,
        measure=seen.measure.value,
        cell=dict(seen.cell),
        found_on=seen.seen_on,
        also=[],
    )
    _fill(pattern, seen)
    session.add(pattern)
    # What is found next is held against it.
    session.flush()
    return pattern.ref


def see_again(pattern: Pattern, seen: Seen) -> None:
    """Keep what is counted by now of a pattern that nobody has decided."""
    since = min(pattern.since_on, seen.since_on)
    _fill(pattern, seen)
    pattern.since_on = since


def _fill(pattern: Pattern, seen: Seen) -> None:
    pattern.since_on, pattern.seen_on = seen.since_on, seen.seen_on
    pattern.exposure, pattern.events, pattern.usual = seen.exposure, seen.events, seen.usual
    pattern.rate_low, pattern.rate_high = seen.rate_low, seen.rate_high
    pattern.weeks = [[first.isoformat(), exposure, events] for first, exposure, events in seen.weeks]


def note_beside(pattern: Pattern, cell: Mapping[str, str]) -> None:
    """Keep that a pattern explains another cell."""
    if dict(cell) not in pattern.also and dict(cell) != pattern.cell:
        pattern.also = [*pattern.also, dict(cell)]


def of_late(session: Session, measure: Measure, after: date) -> list[tuple[Pattern, date | None]]:
    """Find and lock the patterns of a measure that were found, seen or settled after a day, the oldest first.

    Those whose incident is open too, however long ago they were seen. Each with the day on which it was settled: when
    it was dismissed, or its incident was closed. None for one that nobody decided, and for one whose incident is open.
    """
    settled_at = func.coalesce(Incident.closed_at, case((Pattern.incident_ref.is_(None), Pattern.decided_at)))
    is_open = and_(Incident.id.is_not(None), Incident.closed_at.is_(None))
    recent = or_(Pattern.found_on > after, Pattern.seen_on > after, settled_at > after, is_open)
    asked = select(Pattern, settled_at).outerjoin(Incident, Incident.ref == Pattern.incident_ref)
    found = asked.where(Pattern.measure == measure.value, recent).order_by(Pattern.id)
    rows = session.execute(found.with_for_update(of=Pattern))
    return [(pattern, None if at is None else at.date()) for pattern, at in rows]


def named(session: Session, ref: str) -> Pattern | None:
    """Find a pattern by its ref."""
    return session.scalars(select(Pattern).where(Pattern.ref == ref)).one_or_none()


def hold(session: Session, ref: str) -> Pattern | None:
    """Lock a pattern by its ref."""
    return session.scalars(select(Pattern).where(Pattern.ref == ref).with_for_update()).one_or_none()


def listed(session: Session, *, limit: int) -> list[Pattern]:
    """List patterns: those that nobody has decided first, and of each the newest first."""
    undecided = (Pattern.state == PatternState.NEW.value).desc()
    return list(session.scalars(select(Pattern).order_by(undecided, Pattern.found_on.desc(), Pattern.id).limit(limit)))


def count_new(session: Session) -> int:
    """Count the patterns that nobody has decided."""
    asked = select(func.count()).select_from(Pattern).where(Pattern.state == PatternState.NEW.value)
    return session.scalar(asked) or 0


def decide(pattern: Pattern, state: PatternState, said: Mapping[str, Any], now: datetime) -> None:
    """Write what a person decided. said: by whom, why, and the incident that it made, if it made one."""
    pattern.state, pattern.decided_at = state.value, now
    pattern.decided_by, pattern.reason = said["by"], said["reason"]
    pattern.incident_ref = said.get("incident_ref")
