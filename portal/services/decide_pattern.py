"""Decide a pattern: confirm it, which declares an incident, or dismiss it with a reason. Once, by a person."""

from portal.domain.actors import Actor
from portal.domain.errors import MovedOn, NotFound
from portal.domain.incidents import about_of
from portal.domain.patterns import BadPattern, Measure, PatternState, about_of_cell
from portal.domain.refs import new_ref
from portal.records import deeds, incidents, patterns
from portal.records.sessions import Session
from portal.records.tables.patterns import Pattern
from portal.services.toolkit import Toolkit, tried_again

_MOST_LETTERS = 4_000


@tried_again
def confirm_pattern(toolkit: Toolkit, *, ref: str, words: str, actor: Actor) -> str | None:
    """Confirm a pattern, and give the ref of the incident that it makes.

    words: what happens, for colleagues. None where claims tell nothing of the cell, such as the day of hand-over alone.
    Raises NotFound, MovedOn where somebody decided it, and BadPattern for words that are too few or too many.
    """
    said, now = _checked(words), toolkit.now()
    with toolkit.transaction() as session:
        pattern = _held(session, ref)
        about = about_of_cell(pattern.cell)
        incident = None if about is None else new_ref("INC")
        if about is not None and incident is not None:
            named = about_of(about)
            incidents.add(
                session,
                ref=incident,
                words=said,
                about=named,
                opened_by=str(actor),
                now=now,
                measure=Measure(pattern.measure),
                since_on=pattern.since_on,
            )
            session.flush()
            deeds.note(
                session, "incident_opened", incident, actor=actor, now=now, detail={"about": named, "words": said}
            )
        told = {"by": str(actor), "reason": said, "incident_ref": incident}
        patterns.decide(pattern, PatternState.CONFIRMED, told, now)
        deeds.note(session, "pattern_confirmed", ref, actor=actor, now=now, detail={"incident": incident})
    return incident


@tried_again
def dismiss_pattern(toolkit: Toolkit, *, ref: str, reason: str, actor: Actor) -> None:
    """Dismiss a pattern with a reason. Raises as ``confirm_pattern`` does."""
    said, now = _checked(reason), toolkit.now()
    with toolkit.transaction() as session:
        pattern = _held(session, ref)
        patterns.decide(pattern, PatternState.DISMISSED, {"by": str(actor), "reason": said}, now)
        deeds.note(session, "pattern_dismissed", ref, actor=actor, now=now, detail={"reason": said})


def _checked(words: str) -> str:
    said = words.strip()
    if not 0 < len(said) <= _MOST_LETTERS:
        raise BadPattern(f"it is said in 1 to {_MOST_LETTERS} letters")
    return said


def _held(session: Session, ref: str) -> Pattern:
    pattern = patterns.hold(session, ref)
    if pattern is None:
        raise NotFound(ref)
    if pattern.state != PatternState.NEW.value:
        raise MovedOn(ref)
    return pattern
