"""Let a refund fail: we still owe it, and offer another way, or leave it to a person where the provider said no."""

from datetime import datetime
from typing import Any

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, ClaimState
from portal.domain.money import Money
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.reasons import EscalateReason
from portal.domain.refunds import NOT_THERE, RefundState
from portal.records.effects import Held
from portal.records.tables.claims import ClaimEvent, ClaimLine
from portal.records.tables.remedies import Refund
from portal.services.apply_verdict import make_offer, supersede_offers, touch
from portal.services.fail_remedy import ANOTHER_WAY_DAYS, fail_remedy
from portal.services.letter_of_claim import letter_about


def fail_refund(held: Held, refund: Refund, *, actor: Actor, now: datetime) -> tuple[list[ClaimEvent], dict[str, Any]]:
    """Reopen the debt of a refund and tell the customer; the other refunds of its remedy go on.

    What the provider refuses may have gone back another way already, and what is disputed the bank may give back, so a
    person decides; what a bank sends back is offered as store credit at once, with the rest that did not get through.
    What a person looked for and the provider does not have can go the same way again, too.
    """
    claim, remedy = held.claim, held.remedy
    given_up = refund.reason == NOT_THERE
    to_person = not given_up and refund.state in (RefundState.REFUSED, RefundState.BLOCKED_BY_DISPUTE)
    line, events = fail_remedy(
        claim,
        remedy,
        "refund_failed",
        effect={"refund": refund.ref},
        reason=refund.reason,
        actor=actor,
        now=now,
        to_person=to_person,
    )
    if to_person and line.state == ClaimState.ESCALATED:
        supersede_offers(line)
        line.reason = EscalateReason.REFUND_REFUSED.value
        touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
    elif line.state == ClaimState.OFFERED:
        supersede_offers(line)
        owed = Money(refund.amount_minor + held.others_owed, refund.currency)
        for kind in (RemedyKind.REFUND, RemedyKind.STORE_CREDIT) if given_up else (RemedyKind.STORE_CREDIT,):
            make_offer(line, another_way(held, kind, owed), made_by=actor, now=now)
        touch(claim)
    return events, letter_about(claim, "refund_failed", refund=refund.ref)


def another_way(held: Held, kind: RemedyKind, owed: Money) -> OfferTerms:
    """Give the terms of what takes the place of money that did not get through."""
    return OfferTerms(
        kind=kind,
        amount=owed,
        bonus=Money(0, owed.currency),
        policy_class=PolicyClass(held.remedy.policy_class),
        arrives_in_days=0 if kind is RemedyKind.STORE_CREDIT else None,
        expires_in_days=ANOTHER_WAY_DAYS,
    )


def waits_for_refund(line: ClaimLine) -> bool:
    """Tell whether a line is with a person only because its refund could not be made."""
    return line.state == ClaimState.ESCALATED and line.reason == EscalateReason.REFUND_REFUSED
