"""Draw up an outreach, by a person or as the standing rule proposes it; the worker then counts what it would be."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import NotAllowed
from portal.domain.outreach import (
    COUNT_LASTS,
    US,
    BadOutreach,
    OutreachMove,
    OutreachState,
    Plan,
    TargetState,
    check_role,
    next_state,
)
from portal.records import deeds, incidents, outbox, outreach_targets, outreaches, staff
from portal.records.sessions import Session
from portal.records.tables.outreach import Outreach
from portal.services.toolkit import Toolkit, tried_again

COUNT = "outreach.count"
# After whatever customers wait for.
PRIORITY = -10
_PROPOSED = "Parcels past their day of which nothing was scanned for %d days, as found this morning."


@tried_again
def draw_outreach(toolkit: Toolkit, *, staff_id: int, plan: Plan) -> str:
    """Draw up an outreach and give its ref. Raises NotAllowed and BadOutreach."""
    plan.check()
    with toolkit.transaction() as session:
        return _draw(toolkit, session, plan, who(session, staff_id, OutreachMove.DRAW)).ref


@tried_again
def propose_outreach(toolkit: Toolkit, *, silent_days: int | None = None) -> str | None:
    """Draw up what the standing rule finds today, for a person to start; nothing where it finds nobody.

    A proposal that nobody started is replaced. While one of its outreaches is being counted, decided on or told,
    nothing is proposed; one that only waits for whoever was kept back, or was counted too long ago, holds nothing up.
    silent_days: as the installation says where none is given.
    """
    silent_days = toolkit.silent_days if silent_days is None else silent_days
    plan = Plan(words=_PROPOSED % silent_days, silent_days=silent_days)
    plan.check()
    now = toolkit.now()
    with toolkit.transaction() as session:
        open_ones = outreaches.of_rule(session, silent_days)
        if any(_holds_up(session, one, now) for one in open_ones):
            return None
        if not outreach_targets.silent_ones(session, days=silent_days, now=now, after=0, most=1):
            return None
        for one in open_ones:
            if _is_proposal(one):
                stop(toolkit, session, one, US)
        return _draw(toolkit, session, plan, US).ref


def _is_proposal(one: Outreach) -> bool:
    return one.state == OutreachState.READY and one.drawn_by == str(US)


def _holds_up(session: Session, one: Outreach, now: datetime) -> bool:
    """Tell whether nothing is proposed beside an outreach of the rule that has not ended."""
    if one.state == OutreachState.READY:
        fresh = one.counted_at is not None and now - one.counted_at <= COUNT_LASTS
        return fresh and not _is_proposal(one)
    return one.state != OutreachState.TELLING or outreach_targets.has(session, one, TargetState.WAITING)


def who(session: Session, staff_id: int, move: OutreachMove) -> Actor:
    """Give the actor, where this person may do that; raise NotAllowed where not."""
    member = staff.held_by_id(session, staff_id)
    if member is None:
        raise NotAllowed("this account is closed")
    check_role(Role(member.role), move)
    return Actor.staff(member.id)


def stop(toolkit: Toolkit, session: Session, held: Outreach, actor: Actor) -> None:
    """End an outreach that is held, and leave everybody alone who was not told. Raises IllegalMove."""
    now = toolkit.now()
    held.state = next_state(OutreachState(held.state), OutreachMove.STOP).value
    held.paused_in, held.ended_at, held.version = None, now, held.version + 1
    outreach_targets.skip_the_rest(session, held)
    deeds.note(session, "outreach_stopped", held.ref, actor=actor, now=now)


def _draw(toolkit: Toolkit, session: Session, plan: Plan, actor: Actor) -> Outreach:
    now, incident_id = toolkit.now(), None
    if plan.incident_ref is not None:
        incident = incidents.hold_open(session, plan.incident_ref)
        if incident is None:
            raise BadOutreach("incident_ref", "none")
        incident_id = incident.id
    made = outreaches.draw(session, plan, incident_id, by=actor, now=now)
    deeds.note(session, "outreach_drawn", made.ref, actor=actor, now=now, detail={"words": made.words})
    outbox.defer_in_turn(session, COUNT, priority=PRIORITY, outreach_ref=made.ref)
    return made
