"""The entitlement of an order: what its lines were paid with, and what has gone back of them."""

from collections.abc import Mapping, Sequence

from portal.domain.entitlement import Entitlement, Unit, Wanted, add_given, from_document, in_proportion
from portal.domain.money import Money
from portal.domain.paid import LinePaid, LinePrice, paid_for_lines
from portal.domain.parts import add_up
from portal.domain.problems import Problem
from portal.records.given_back import GivenBack
from portal.records.tables.claims import ClaimLine, Offer
from portal.records.tables.orders import OrderLine


def price_of(line: OrderLine) -> LinePrice:
    """Give what a line should have cost."""
    return LinePrice(
        quantity=line.quantity,
        unit_price=line.unit_price_minor,
        discount=line.discount_minor,
        tax=line.tax_minor,
        shipping=line.shipping_minor,
        shipping_tax=line.shipping_tax_minor,
    )


def paid_for_each(lines: Sequence[OrderLine], captured: Money) -> dict[int, LinePaid]:
    """Share what was captured over the lines of an order, by the line's id."""
    shares = paid_for_lines([price_of(line) for line in lines], captured)
    return {line.id: share for line, share in zip(lines, shares, strict=True)}


def entitlement_of(paid: Mapping[int, LinePaid], given_back: Sequence[GivenBack]) -> Entitlement:
    """Tell what an order can still give back."""
    known = [add_given(map(from_document, one.parts)) for one in given_back if one.parts is not None]
    entitlement = Entitlement(paid, known)
    for one in given_back:
        if one.parts is None:
            # Promised before parts were kept, so every part of its units gave in proportion.
            left = entitlement.left(one.line_id, one.units)
            amount = min(one.amount_minor, add_up(left).total, entitlement.can_give)
            entitlement.take(one.line_id, one.units, in_proportion(left, amount))
    return entitlement


def wanted_by(
    offer: Offer, entitlement: Entitlement, claim_line: ClaimLine, units: Sequence[int], undecided: frozenset[Unit]
) -> Wanted:
    """Tell what an offer takes of the units of its line. undecided: units that other claims still speak for."""
    charged = claim_line.problem == Problem.CHARGED_WRONGLY
    if offer.of_shipping_minor is not None and offer.of_overpaid_minor is not None:
        goods = offer.amount_minor - offer.of_shipping_minor - offer.of_overpaid_minor
        return Wanted(goods, offer.of_shipping_minor, offer.of_overpaid_minor, prices_only=charged)
    left = entitlement.left(claim_line.order_line_id, units)
    overpaid = entitlement.surplus_left(spoken_for=undecided) if charged else None
    return in_proportion(left, offer.amount_minor, overpaid=overpaid)
