"""The customer writes to a person: about anything, at any time; or answers what we asked."""

from dataclasses import dataclass

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.errors import NotFound
from portal.records import claims
from portal.services.apply_verdict import move, touch
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer wrote. client_key is made by the page: the same key is the same message."""

    claim_ref: str
    client_key: str
    body: str


@tried_again
def write_to_us(toolkit: Toolkit, *, customer_id: int, words: Words) -> None:
    """Keep the customer's words and put the claim in the queue of a person; a repeat of the same page changes nothing.

    Lines that waited for the customer's answer go back to the person who asked. Raises NotFound.
    """
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, words.claim_ref, customer_id)
        if claim is None:
            raise NotFound("no such claim")
        now, actor = toolkit.now(), Actor.claimant(customer_id)
        if not claims.add_message(
            session, claim.id, "from_customer", words.body, client_key=words.client_key, actor=actor, now=now
        ):
            return
        claims.add_event(session, claim.id, "message_from_customer", actor=actor, now=now)
        for line in claim.lines:
            if line.state == ClaimState.AWAITING_CUSTOMER:
                move(session, claim, line, Action.CUSTOMER_ANSWERED, actor=actor, now=now)
        claim.waits_for_answer = True
        touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
