"""The customer takes a report back, or says that the parcel came after all, while nothing has moved."""

from portal.domain.actors import Actor
from portal.domain.claims import WITHDRAWABLE, Action, ClaimState
from portal.domain.errors import MovedOn, NotFound
from portal.records import claims, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.services.apply_verdict import move, supersede_offers, touch
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def withdraw_claim(toolkit: Toolkit, *, customer_id: int, claim_ref: str, it_came: bool = False) -> None:
    """Take back every line of a claim; done before, it changes nothing.

    it_came closes the lines that wait for a parcel because it arrived. Raises NotFound, and MovedOn once something has
    moved.
    """
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref, customer_id)
        if claim is None:
            raise NotFound("no such claim")
        withdraw(session, toolkit, claim, Actor.claimant(customer_id), it_came=it_came)


def withdraw(session: Session, toolkit: Toolkit, claim: Claim, actor: Actor, *, it_came: bool = False) -> None:
    """Take back a claim that is held."""
    states = {ClaimState(line.state) for line in claim.lines}
    if states <= {ClaimState.WITHDRAWN, ClaimState.CLOSED_ELSEWHERE}:
        return
    # A remedy that was promised and failed is still owed: it is put right another way, never taken back.
    if not states <= WITHDRAWABLE | {ClaimState.DECLINED, ClaimState.WITHDRAWN} or remedies.any_of(session, claim.id):
        raise MovedOn(claim.ref)
    for line in claim.lines:
        if ClaimState(line.state) in WITHDRAWABLE:
            supersede_offers(line)
            came = it_came and line.state == ClaimState.WAITING
            action, event = (Action.IT_CAME, "it_came") if came else (Action.WITHDRAW, "withdrawn")
            move(session, claim, line, action, actor=actor, now=toolkit.now(), event=event)
    claim.waits_for_answer = False
    touch(claim)
