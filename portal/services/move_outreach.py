"""Move an outreach: start its first wave, let a second person approve the rest, pause it, go on, and stop it."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.errors import MovedOn, NotFound
from portal.domain.outreach import (
    COUNT_LASTS,
    STANDS_FOR,
    TELLS,
    TOLD_APART,
    BadOutreach,
    OutreachMove,
    OutreachState,
    check_second,
    next_state,
)
from portal.domain.outreach_preview import Preview
from portal.records import deeds, incidents, outreaches
from portal.records.sessions import Session
from portal.records.tables.incidents import Incident
from portal.records.tables.outreach import Outreach
from portal.services.draw_outreach import stop, who
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def move_outreach(toolkit: Toolkit, *, staff_id: int, ref: str, seen: int, move: OutreachMove) -> None:
    """Do what a person decided on the page that they saw. seen: the version of the outreach that it showed.

    Raises NotFound, NotAllowed, MovedOn where somebody was quicker, IllegalMove, and BadOutreach where there is nobody
    to tell, what was counted or started is out of date, its incident was closed, or another one about the same was
    started by whomever, not approved, and did not end two weeks ago.
    """
    with toolkit.transaction() as session:
        held = outreaches.hold(session, ref)
        if held is None:
            raise NotFound(ref)
        actor = who(session, staff_id, move)
        if held.version != seen:
            raise MovedOn(f"{ref} is {held.state} by now")
        _MOVES[move](toolkit, session, held, actor)


def _start(toolkit: Toolkit, session: Session, held: Outreach, actor: Actor) -> None:
    now = toolkit.now()
    _moved(held, OutreachMove.START)
    if not Preview.read(held.preview).telling:
        raise BadOutreach("outreach", "nobody")
    if held.counted_at is None or now - held.counted_at > COUNT_LASTS:
        raise BadOutreach("outreach", "old")
    if outreaches.is_over(session, held):
        raise BadOutreach("outreach", "closed")
    if outreaches.unapproved_beside(session, held, now - TOLD_APART):
        raise BadOutreach("outreach", "unapproved")
    held.started_by, held.started_at = str(actor), now
    deeds.note(session, "outreach_started", held.ref, actor=actor, now=now)


def _approve(toolkit: Toolkit, session: Session, held: Outreach, actor: Actor) -> None:
    now = toolkit.now()
    _moved(held, OutreachMove.APPROVE)
    check_second(actor, (held.drawn_by, held.started_by))
    if held.started_at is None or now - held.started_at > STANDS_FOR:
        raise BadOutreach("outreach", "month")
    held.approved_by, held.approved_at = str(actor), now
    held.kept_back_until = now + timedelta(days=held.kept_back_days)
    deeds.note(session, "outreach_approved", held.ref, actor=actor, now=now)


def pause_all_of(toolkit: Toolkit, session: Session, incident: Incident, actor: Actor) -> None:
    """Pause whatever tells customers of an incident that is being closed, or of a part of it, until a person decides.

    actor: who closes it; they hold it.
    """
    for held in outreaches.hold_open_of(session, incidents.parts_of(session, incident)):
        if held.state in TELLS:
            _pause(toolkit, session, held, actor, incident.ref)


def _pause(toolkit: Toolkit, session: Session, held: Outreach, actor: Actor, closed: str = "") -> None:
    was = held.state
    _moved(held, OutreachMove.PAUSE)
    held.paused_in = was
    detail = {"closed": closed} if closed else {}
    deeds.note(session, "outreach_paused", held.ref, actor=actor, now=toolkit.now(), detail=detail)


def _go_on(toolkit: Toolkit, session: Session, held: Outreach, actor: Actor) -> None:
    _moved(held, OutreachMove.GO_ON)
    held.paused_in = None
    deeds.note(session, "outreach_went_on", held.ref, actor=actor, now=toolkit.now())


def _moved(held: Outreach, move: OutreachMove) -> None:
    paused_in = OutreachState(held.paused_in) if held.paused_in else None
    held.state = next_state(OutreachState(held.state), move, paused_in).value
    held.version += 1


_MOVES = {
    OutreachMove.START: _start,
    OutreachMove.APPROVE: _approve,
    OutreachMove.PAUSE: _pause,
    OutreachMove.GO_ON: _go_on,
    OutreachMove.STOP: stop,
}
ASKED_OF_PEOPLE = frozenset(_MOVES)
