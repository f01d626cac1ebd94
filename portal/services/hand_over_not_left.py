"""Hand over to a person what was offered and is not left any more, such as of a payment that the bank takes back."""

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.reasons import EscalateReason
from portal.records import claims
from portal.services.apply_verdict import move, supersede_offers, touch
from portal.services.letter_of_claim import leave_letter
from portal.services.toolkit import Toolkit

BOOK = Actor.system("book")


def hand_over_not_left(toolkit: Toolkit, *, customer_id: int, claim_ref: str, offer_ref: str) -> None:
    """Move the line of an offer that can no longer be given to a person, and tell the customer. Once is enough.

    What stood beside it goes too, goods as well: it was worked out from the same sum, and a person sees what is left.
    """
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref, customer_id)
        if claim is None:
            return
        now = toolkit.now()
        for line in claim.lines:
            live = [offer.ref for offer in line.offers if offer.state == "live"]
            if line.state != ClaimState.OFFERED or offer_ref not in live:
                continue
            supersede_offers(line)
            line.reason, line.evidence_wanted = EscalateReason.OFFER_CHANGED.value, None
            reason = {"reason": line.reason}
            move(session, claim, line, Action.ASK_PERSON, actor=BOOK, now=now, event="escalated", **reason)
            touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
            leave_letter(session, claim, "escalated")
