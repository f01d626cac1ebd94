"""Ask a customer for what their bank needs before it takes a refund, and remind them; then a person takes over."""

from datetime import datetime
from typing import Any

from portal.domain.actors import Actor
from portal.domain.refunds import PERSON_ACTS_WITHIN, REMIND_AFTER, TO_PERSON_AFTER, RefundState
from portal.domain.troubles import TroubleKind
from portal.records import claims, effects, post, waiting_refunds
from portal.records.tables.claims import ClaimEvent
from portal.records.tables.remedies import Refund
from portal.services.letter_of_claim import letter_of_turn
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again

ASKED = "refund_needs_customer"
_LETTER = "refund_needs_you"


def ask_for_action(
    held: effects.Held, refund: Refund, *, act_by: datetime | None, actor: Actor, now: datetime
) -> tuple[list[ClaimEvent], dict[str, Any]]:
    """Note that a refund waits for its customer, and tell them what to do; give the event and the letter."""
    until = act_by.isoformat() if act_by else None
    detail = {"refund": refund.ref, "act_by": until}
    line_id = held.remedy.claim_line_id
    event = claims.event_of(held.claim.id, ASKED, actor=actor, now=now, line_id=line_id, detail=detail)
    return [event], letter_of_turn(held.claim, _LETTER, 1, {"act_by": until}, refund=refund.ref)


def waiting_for_customers(toolkit: Toolkit, *, limit: int = 200) -> list[str]:
    """List refunds whose customers are due a reminder, or that a person is due to hear of."""
    now = toolkit.now()
    turns = {turn: now - after for turn, after in enumerate(REMIND_AFTER, 2)}
    with toolkit.reading() as session:
        return waiting_refunds.due_for_word(
            session, ASKED, _LETTER, turns=turns, person=now - TO_PERSON_AFTER, limit=limit
        )


@tried_again
def remind_of_refund(toolkit: Toolkit, *, refund_ref: str) -> bool:
    """Remind a customer of what they were asked, and tell staff once that is of no use; say whether it still waits.

    Each reminder leaves once, however often this runs.
    """
    with toolkit.transaction() as session:
        held, now = effects.hold_refund(session, refund_ref), toolkit.now()
        refund = held.refund
        asked = waiting_refunds.asked(session, ASKED, held.claim.id, refund_ref)
        if refund is None or asked is None or refund.state != RefundState.REQUIRES_ACTION:
            return False
        waited = now - asked.at
        turn = 1 + sum(waited >= after for after in REMIND_AFTER)
        if turn > 1:
            more = {"act_by": asked.act_by, "turn": turn}
            post.leave(session, letter_of_turn(held.claim, _LETTER, turn, more, refund=refund_ref))
        if waited >= TO_PERSON_AFTER:
            open_trouble(
                session,
                TroubleKind.CUSTOMER_MUST_ACT,
                subject=refund_ref,
                now=now,
                claim_id=held.claim.id,
                order=held.claim.order.order_number,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                due_at=(asked.at + TO_PERSON_AFTER + PERSON_ACTS_WITHIN).isoformat(),
            )
        return True
