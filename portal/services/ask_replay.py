"""Ask for a replay of a draft or a version over past claims: the worker does it, and its page tells how far it is."""

from portal.domain.actors import Actor
from portal.domain.authority import SEES_POLICY, Role
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.replays import MOST_MINUTES, BadReplay, ReplayState, Span, check_span
from portal.records import outbox, policy_replays, staff
from portal.records.sessions import Session
from portal.services.chosen_text import Chosen, chosen_text
from portal.services.current_policy import parsed
from portal.services.replay_span import in_its_market
from portal.services.toolkit import Toolkit, tried_again

TASK = "policy.replay"
# After whatever customers wait for.
_PRIORITY = -10


@tried_again
def ask_replay(toolkit: Toolkit, *, staff_id: int, of: Chosen, span: Span, minutes: int) -> str:
    """Ask for a replay and give its ref; the same that is under way already is not asked for twice.

    minutes: how long a person works on a claim. The policy of a single market is replayed over claims of that market.
    Raises NotAllowed, NotFound, BadReplay.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadReplay("minutes", "minutes")
    now = toolkit.now()
    check_span(span, now.astimezone(toolkit.zone).date())
    with toolkit.transaction() as session:
        actor = _who(session, staff_id)
        judged = chosen_text(session, of)
        asked = in_its_market(session, span, parsed(judged.source).market)
        ref, is_new = policy_replays.ask(session, judged, asked, minutes=minutes, actor=actor, now=now)
        if is_new:
            outbox.defer_in_turn(session, TASK, priority=_PRIORITY, replay_ref=ref)
        return ref


def stop_replay(toolkit: Toolkit, *, staff_id: int, ref: str) -> None:
    """Stop a replay; one that has ended stays as it is. Raises NotAllowed, NotFound."""
    with toolkit.transaction() as session:
        _who(session, staff_id)
        if policy_replays.glance(session, ref) is None:
            raise NotFound(ref)
        policy_replays.end(session, ref, ReplayState.STOPPED, toolkit.now())


def _who(session: Session, staff_id: int) -> Actor:
    member = staff.held_by_id(session, staff_id)
    if member is None or Role(member.role) not in SEES_POLICY:
        raise NotAllowed("replays are for those who write, review or watch over policies")
    return Actor.staff(member.id)
