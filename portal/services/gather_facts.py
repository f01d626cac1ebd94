"""Gather the facts of claim lines: once, before any rule is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.facts import Facts, days_between
from portal.domain.money import Money, total, zero
from portal.domain.parcels import Parcel
from portal.domain.parts import Parts, add_up
from portal.domain.problems import Problem
from portal.domain.stock import lacking
from portal.records.tables.orders import OrderLine
from portal.services.read_order import OrderRead, parcel_of


@dataclass(frozen=True, slots=True)
class Affected:
    """One line of a report: which units of which order line, and what is wrong with them.

    again: the parcel that it is about, where that was sent again.
    """

    line: OrderLine
    units: tuple[int, ...]
    problem: Problem
    again: Parcel | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What was paid for the units of a line, what of it is left, and what of that the order as a whole can give."""

    paid: Parts
    left: Parts
    can_give: int
    overpaid: Money


def gather_facts(
    read: OrderRead,
    affected: Sequence[Affected],
    *,
    now: datetime,
    on_behalf: bool = False,
    evidence: bool = False,
    second_failure: bool = False,
) -> list[Facts]:
    """Gather the facts of each affected line, in their order."""
    currency = read.order.currency
    claimed = sum(add_up(read.paid[one.line.id].of_units(one.units)).total for one in affected)
    refundable = total([c.left for c in read.capacities if c.reachable], currency)
    worths = _worths(read, affected)
    without = lacking({one.line.id: len(one.units) for one in affected}, read.dossier.stock)
    return [
        _facts(
            read,
            one,
            worth,
            claimed=Money(claimed, currency),
            refundable=refundable,
            now=now,
            on_behalf=on_behalf,
            evidence=evidence,
            second_failure=second_failure,
            out_of_stock=one.line.id in without,
        )
        for one, worth in zip(affected, worths, strict=True)
    ]


def _worths(read: OrderRead, affected: Sequence[Affected]) -> list[Worth]:
    """Tell the worth of each line. What was overpaid is given back once, so it belongs to no line beside those reports.

    It is shared over the lines that are reported as charged wrongly.
    """
    charged = [one.problem is Problem.CHARGED_WRONGLY for one in affected]
    own = frozenset((one.line.id, unit) for one in affected for unit in one.units)
    reported_before = bool(read.dossier.charged - own)
    apart = not read.surplus_is_interest and (any(charged) or reported_before)
    overpaid = 0
    if apart and not reported_before:
        overpaid = read.entitlement.surplus_left(spoken_for=read.dossier.undecided - own)
    parts = iter(Money(overpaid, read.order.currency).share([1] * sum(charged)) if any(charged) else ())
    return [
        _worth(read, one, next(parts) if is_charged else zero(read.order.currency), apart=apart)
        for one, is_charged in zip(affected, charged, strict=True)
    ]


def _worth(read: OrderRead, one: Affected, overpaid: Money, *, apart: bool) -> Worth:
    paid = add_up(read.paid[one.line.id].of_units(one.units))
    left = add_up(read.entitlement.left(one.line.id, one.units))
    if apart:
        paid, left = paid.without_surplus(), left.without_surplus()
    return Worth(paid, left, min(left.total, read.entitlement.can_give), overpaid)


def _facts(
    read: OrderRead,
    one: Affected,
    worth: Worth,
    *,
    claimed: Money,
    refundable: Money,
    now: datetime,
    on_behalf: bool,
    evidence: bool,
    second_failure: bool,
    out_of_stock: bool,
) -> Facts:
    order, line = read.order, one.line
    parcel = one.again or parcel_of(line.shipment)
    paid, currency = worth.paid, order.currency
    return Facts(
        problem=one.problem,
        parcel_state=parcel.state(order.status, now),
        order_status=order.status,
        days_since_ordered=days_between(order.placed_at, now),
        days_since_promised=days_between(parcel.promised_at, now),
        days_since_handed_over=days_between(parcel.handed_over_at, now),
        days_since_delivered=days_between(parcel.delivered_at, now),
        days_late=days_between(parcel.promised_at, parcel.delivered_at),
        signed_by=bool(parcel.signed_by),
        left_at=parcel.left_at,
        line_value=Money(paid.total, currency),
        goods_value=Money(paid.of_goods, currency),
        shipping_value=Money(paid.of_shipping, currency),
        claimed_value=claimed,
        order_value=read.captured,
        given_back=Money(paid.total - worth.can_give, currency),
        shipping_given_back=Money(paid.of_shipping - worth.left.of_shipping, currency),
        card_refundable=refundable,
        overpaid=worth.overpaid,
        payment_methods=frozenset(payment.method for payment in read.dossier.payments),
        paid=bool(read.captured),
        ship_to_country=order.ship_to_country,
        ship_to_region=order.ship_to_region,
        market=order.market,
        vendor=line.vendor,
        category=line.category,
        sku=line.sku,
        carrier=parcel.carrier,
        earlier_claims_days=tuple(days_between(moment, now) or 0 for moment in read.dossier.earlier_claims),
        evidence=evidence,
        second_failure=second_failure or parcel.times_again > 0,
        on_behalf=on_behalf,
        now=now,
        sent_again=parcel.times_again,
        out_of_stock=out_of_stock,
    )
