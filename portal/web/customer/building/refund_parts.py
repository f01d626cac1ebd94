"""Where a refund goes, part by part: as carrying it out would split it, or as it was frozen."""

from collections.abc import Sequence
from datetime import date

from portal.domain.money import Money
from portal.domain.refunds import Purse
from portal.letters.offers import card_brand
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Refund, Remedy
from portal.services.word_offers import Ways
from portal.web.customer.pages.parts import RefundPart


def planned_parts(ways: Ways, amounts: Sequence[Money], by_on: date | None) -> tuple[RefundPart, ...]:
    """Say where one or several refunds would go that are taken together, in this order."""
    purse = Purse(list(ways.capacities))
    to_cards: dict[int, Money] = {}
    as_credit = Money(0, amounts[0].currency)
    for amount in amounts:
        plan = purse.plan(amount)
        as_credit = as_credit + plan.as_credit
        for payment_id, part in plan.to_payments:
            to_cards[payment_id] = to_cards[payment_id] + part if payment_id in to_cards else part
    payments = {payment.id: payment for payment in ways.payments}
    parts = [_to_card(payments[payment_id], part, by_on) for payment_id, part in to_cards.items()]
    return (*parts, *_rest(ways, as_credit))


def frozen_parts(
    ways: Ways, remedy: Remedy, refunds: Sequence[tuple[Refund, Payment]], by_on: date | None
) -> tuple[RefundPart, ...]:
    """Say where a promised refund goes."""
    parts = [_to_card(payment, Money(refund.amount_minor, refund.currency), by_on) for refund, payment in refunds]
    return (*parts, *_rest(ways, Money(remedy.credit_minor, remedy.currency)))


def _to_card(payment: Payment, amount: Money, by_on: date | None) -> RefundPart:
    return RefundPart(amount, "card", card_brand(payment.card_brand), payment.card_last4, by_on)


def _rest(ways: Ways, amount: Money) -> tuple[RefundPart, ...]:
    """Give what no card can take: it comes back as credit, for one of two reasons."""
    if not amount:
        return ()
    by_other_ways = any(payment.method != "card" and payment.captured_at for payment in ways.payments)
    return (RefundPart(amount, "store_credit" if by_other_ways else "card_as_credit"),)
