"""Offer a refund again that a dispute blocked, once the dispute has ended well for the shop."""

from portal.domain.actors import Actor
from portal.domain.claims import Action
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.refunds import RefundState
from portal.records import books, effects
from portal.services.apply_verdict import make_offer, moved, touch
from portal.services.fail_refund import another_way, waits_for_refund
from portal.services.finish_remedy import line_of
from portal.services.letter_of_claim import letter_about
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def offer_refund_again(toolkit: Toolkit, *, refund_ref: str, actor: Actor) -> bool:
    """Offer money back, or store credit, on a line that waits for nothing else, and tell the customer; say whether."""
    with toolkit.transaction() as session:
        held, now = effects.hold_refund(session, refund_ref), toolkit.now()
        claim, refund = held.claim, held.refund
        line = line_of(claim, held.remedy.claim_line_id)
        blocked = refund is not None and refund.state == RefundState.BLOCKED_BY_DISPUTE and not refund.replaced_at
        if refund is None or not blocked or not waits_for_refund(line):
            return False
        owed = Money(refund.amount_minor + held.others_owed, refund.currency)
        for kind in (RemedyKind.REFUND, RemedyKind.STORE_CREDIT):
            make_offer(line, another_way(held, kind, owed), made_by=actor, now=now)
        line.reason = None
        event = moved(
            claim, line, Action.APPROVE, actor=actor, now=now, event="refund_possible_again", refund=refund.ref
        )
        touch(claim)
        letter = letter_about(claim, "refund_possible_again", refund=refund.ref)
        effects.write(session, held, [event], letter, books.values_of([], actor=actor, now=now, zone=toolkit.zone))
        return True
