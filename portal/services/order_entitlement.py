"""The entitlement of an order: what its lines were paid with, and what has gone back of them."""

from collections.abc import Iterable, Mapping, Sequence

from portal.domain.entitlement import Entitlement, Wanted, add_given, from_document, in_proportion
from portal.domain.money import Money
from portal.domain.paid import LinePaid, LinePrice, paid_for_lines
from portal.domain.parts import add_up
from portal.domain.problems import Problem
from portal.records.given_back import GivenBack
from portal.records.order_money import OrderMoney
from portal.records.tables.claims import ClaimLine, Offer
from portal.records.tables.orders import OrderLine, Payment


def price_of(line: OrderLine) -> LinePrice:
    """Give what a line should have cost."""
    return LinePrice(
        quantity=line.quantity,
        unit_price=line.unit_price_minor,
        discount=line.discount_minor,
        tax=line.tax_minor,
        shipping=line.shipping_minor,
        shipping_tax=line.shipping_tax_minor,
        tax_included=line.tax_included,
    )


def surplus_is_interest(captured: Iterable[Payment]) -> bool:
    """Tell whether what was paid beyond the prices is what an instalment plan costs, and no charge by mistake."""
    return any(payment.installments > 1 for payment in captured)


def paid_for_each(lines: Sequence[OrderLine], captured: Money) -> dict[int, LinePaid]:
    """Share what was captured over the lines of an order, by the line's id."""
    shares = paid_for_lines([price_of(line) for line in lines], captured)
    return {line.id: share for line, share in zip(lines, shares, strict=True)}


def entitlement_of(paid: Mapping[int, LinePaid], given_back: Sequence[GivenBack], *, spent: int) -> Entitlement:
    """Tell what an order can still give back. spent: minor units that its payments cannot take back any more."""
    known = [add_given(map(from_document, one.parts)) for one in given_back if one.parts is not None]
    # What is spent and was no refund of ours went back past us: by hand at the provider, or by a lost dispute.
    elsewhere = max(spent - sum(one.refunded_minor for one in given_back), 0)
    entitlement = Entitlement(paid, known, elsewhere=elsewhere)
    for one in given_back:
        if one.parts is None:
            # Promised before parts were kept, so every part of its units gave in proportion.
            left = entitlement.left(one.line_id, one.units)
            given = one.credit_minor + one.refunded_minor
            amount = min(given, add_up(left).total, entitlement.can_give)
            entitlement.take(one.line_id, one.units, in_proportion(left, amount))
    return entitlement


def entitlement_in(money: OrderMoney, currency: str) -> Entitlement:
    """Tell what an order can still give back, of its money as it was read."""
    captured = Money(sum(payment.amount_minor for payment, _ in money.captured), currency)
    paid = paid_for_each(money.lines, captured)
    return entitlement_of(paid, money.given_back, spent=sum(spent for _, spent in money.captured))


def wanted_by(offer: Offer, entitlement: Entitlement, claim_line: ClaimLine, money: OrderMoney) -> Wanted:
    """Tell what an offer takes of the units of its line. Raises AboveEntitlement."""
    apart = _names_surplus_apart(claim_line, money)
    if offer.of_shipping_minor is not None and offer.of_overpaid_minor is not None:
        goods = offer.amount_minor - offer.of_shipping_minor - offer.of_overpaid_minor
        return Wanted(goods, offer.of_shipping_minor, offer.of_overpaid_minor, prices_only=apart)
    left = entitlement.left(claim_line.order_line_id, money.units[claim_line.id])
    overpaid = entitlement.surplus_left(spoken_for=money.undecided) if apart else None
    return in_proportion(left, offer.amount_minor, overpaid=overpaid)


def left_for(entitlement: Entitlement, claim_line: ClaimLine, money: OrderMoney) -> int:
    """Tell what a claim line can still be given of what was paid, in minor units."""
    left = add_up(entitlement.left(claim_line.order_line_id, money.units[claim_line.id]))
    if _names_surplus_apart(claim_line, money):
        overpaid = entitlement.surplus_left(spoken_for=money.undecided)
        return min(left.without_surplus().total + overpaid, entitlement.can_give)
    return min(left.total, entitlement.can_give)


def _names_surplus_apart(claim_line: ClaimLine, money: OrderMoney) -> bool:
    return claim_line.problem == Problem.CHARGED_WRONGLY and not money.surplus_is_interest
