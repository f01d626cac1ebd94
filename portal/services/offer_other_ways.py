"""Offer what stood beside goods that cannot be sent after all: the same amounts, as far as they are still there."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.money import Money
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.parts import add_up
from portal.records import claims
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import make_offer
from portal.services.fail_remedy import ANOTHER_WAY_DAYS
from portal.services.read_order import OrderRead, read_order


def other_ways(session: Session, claim: Claim, line: ClaimLine, remedy: Remedy, now: datetime) -> list[OfferTerms]:
    """Give the terms that the customer could have chosen instead, the best first; none where there were none.

    Money back is among them only where a card can take some of it, and nothing is above what is left of the units.
    """
    beside = _beside(line, remedy)
    if not beside:
        return []
    read = read_order(session, claim.order, now)
    left = _left(session, read, line)
    terms = [_terms(offer, left) for offer in beside if offer.kind != RemedyKind.REFUND or _takes_money(read)]
    return [one for one in terms if one.amount]


def offer_again(line: ClaimLine, ways: list[OfferTerms], *, actor: Actor, now: datetime) -> None:
    """Put other ways on a line, in their order."""
    for terms in ways:
        make_offer(line, terms, made_by=actor, now=now)


def _beside(line: ClaimLine, remedy: Remedy) -> list[Offer]:
    """List what was offered in the same moment as what was accepted."""
    accepted = next(offer for offer in line.offers if offer.id == remedy.offer_id)
    return [
        offer
        for offer in line.offers
        if offer.created_at == accepted.created_at and offer.kind != RemedyKind.REPLACEMENT
    ]


def _left(session: Session, read: OrderRead, line: ClaimLine) -> Money:
    units = claims.units_of(session, line)
    left = add_up(read.entitlement.left(line.order_line_id, units)).total
    return Money(min(left, read.entitlement.can_give), read.order.currency)


def _takes_money(read: OrderRead) -> bool:
    return any(capacity.reachable and capacity.left for capacity in read.capacities)


def _terms(offer: Offer, left: Money) -> OfferTerms:
    amount, policy_class = Money(offer.amount_minor, offer.currency), PolicyClass(offer.policy_class)
    is_gift = offer.kind == RemedyKind.STORE_CREDIT and policy_class is PolicyClass.GOODWILL
    less = not is_gift and left < amount
    told = offer.of_shipping_minor is not None and offer.of_overpaid_minor is not None and not less
    bonus = Money(offer.bonus_minor, offer.currency)
    return OfferTerms(
        kind=RemedyKind(offer.kind),
        amount=left if less else amount,
        # A bonus is so much on top of what goes back, so it shrinks with that.
        bonus=bonus.portion(left.minor, amount.minor) if less else bonus,
        policy_class=policy_class,
        arrives_in_days=offer.arrives_in_days,
        expires_in_days=ANOTHER_WAY_DAYS,
        of_shipping=Money(offer.of_shipping_minor or 0, offer.currency) if told else None,
        of_overpaid=Money(offer.of_overpaid_minor or 0, offer.currency) if told else None,
    )
