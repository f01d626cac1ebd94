"""Who works on a claim: taken by oneself, given to a colleague, or let go."""

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import NotAllowed, NotFound
from portal.records import claims, staff
from portal.records.staff_list import by_ref
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def assign_claim(toolkit: Toolkit, *, staff_id: int, claim_ref: str, assignee_ref: str | None) -> None:
    """Assign a claim to a colleague who decides claims, or to nobody. Raises NotFound, NotAllowed.

    The version of the claim stays: what a page shows of the case itself is still true.
    """
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref)
        if claim is None:
            raise NotFound("no such claim")
        decider = staff.decider(session, staff_id)
        assignee = by_ref(session, assignee_ref) if assignee_ref else None
        if decider is None or decider.role not in DECIDES:
            raise NotAllowed("this role does not work on claims")
        if assignee_ref and (assignee is None or assignee.role not in {role.value for role in DECIDES}):
            raise NotFound("no such colleague")
        wanted = assignee.id if assignee else None
        if claim.assignee_id == wanted:
            return
        claim.assignee_id = wanted
        claims.add_event(
            session,
            claim.id,
            "assigned",
            actor=Actor.staff(staff_id),
            now=toolkit.now(),
            detail={"assignee": assignee.name if assignee else None},
        )
