"""Take back the claims that we made for a customer who never said anything to them, so that nothing waits."""

from portal.domain.actors import Actor
from portal.domain.claims import WITHDRAWABLE, Action, ClaimState
from portal.records import claims, outreach_people
from portal.records.sessions import Session
from portal.services.apply_verdict import move, supersede_offers, touch
from portal.services.toolkit import Toolkit


def take_back_ours(session: Session, toolkit: Toolkit, customer_id: int, actor: Actor) -> None:
    """Withdraw what an outreach told a customer of and they never answered, and keep its letter where it has not left.

    In the caller's transaction, which holds the customer's orders and claims.
    """
    now = toolkit.now()
    for ref in outreach_people.open_claims_of(session, customer_id):
        claim = claims.hold_whole(session, ref)
        if claim is None or claim.waits_for_answer or outreach_people.answered(session, claim.id):
            continue
        for line in claim.lines:
            if ClaimState(line.state) in WITHDRAWABLE:
                supersede_offers(line)
                move(session, claim, line, Action.WITHDRAW, actor=actor, now=now, event="withdrawn")
        touch(claim)
        session.flush()
        outreach_people.keep_letter_of(session, claim.id)
