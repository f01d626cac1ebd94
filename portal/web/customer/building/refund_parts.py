"""Where a refund goes, part by part: as carrying it out would split it, or as it was frozen."""

from collections.abc import Sequence
from datetime import date

from portal.domain.money import Money
from portal.domain.refunds import Purse
from portal.letters.offers import Way, card_brand
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Refund, Remedy
from portal.services.word_offers import Ways
from portal.web.customer.pages.parts import RefundPart

_WHY_CREDIT = {
    Way.CREDIT_FOR_UNREACHED_CARD: "unreached_card",
    Way.CREDIT_FOR_SPENT_CARD: "spent_card",
    Way.CREDIT: "other_way",
}


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
    return (*parts, *rest_as_credit(ways, as_credit))


def frozen_parts(
    ways: Ways, remedy: Remedy, refunds: Sequence[tuple[Refund, Payment]], by_on: date | None
) -> tuple[RefundPart, ...]:
    """Say where a promised refund goes."""
    parts = [_to_card(payment, Money(refund.amount_minor, refund.currency), by_on) for refund, payment in refunds]
    return (*parts, *rest_as_credit(ways, Money(remedy.credit_minor, remedy.currency)))


def _to_card(payment: Payment, amount: Money, by_on: date | None) -> RefundPart:
    return RefundPart(amount, "card", card_brand(payment.card_brand), payment.card_last4, by_on)


def rest_as_credit(ways: Ways, amount: Money) -> tuple[RefundPart, ...]:
    """Give what no card can take, by why it comes back as credit."""
    parts = dict[str, Money]()
    for part in ways.parts_of_the_rest(amount):
        why = _WHY_CREDIT.get(part.way, "one_way")
        parts[why] = parts[why] + part.amount if why in parts else part.amount
    return tuple(RefundPart(part, why) for why, part in parts.items())
