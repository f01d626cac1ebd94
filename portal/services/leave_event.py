"""Leave a message from outside that cannot be applied: a person says why, and it is tried no more."""

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import MovedOn, NotAllowed
from portal.domain.troubles import TroubleKind
from portal.records import events, staff, troubles
from portal.services.toolkit import Toolkit, tried_again

LEFT = "left by a person"


@tried_again
def leave_event(toolkit: Toolkit, *, staff_id: int, trouble_ref: str, reason: str) -> None:
    """Mark the event of a trouble as left, with the reason and who said so. Raises NotAllowed, MovedOn."""
    with toolkit.transaction() as session:
        decider = staff.decider(session, staff_id)
        if decider is None or decider.role not in DECIDES:
            raise NotAllowed("this role does not leave events")
        trouble = troubles.hold(session, trouble_ref)
        if trouble is None or trouble.kind != TroubleKind.POISON_EVENT:
            raise MovedOn(trouble_ref)
        sender, _, event_id = trouble.subject.partition(" ")
        now, actor = toolkit.now(), str(Actor.staff(staff_id))
        events.mark_applied(session, sender, event_id, outcome=f"{LEFT}: {actor}", now=now)
        troubles.keep(trouble, left_because=reason)
        trouble.closed_at, trouble.closed_by = now, actor
