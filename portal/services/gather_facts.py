"""Gather the facts of claim lines: once, before any rule is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.amounts import UnitPaid, paid_for
from portal.domain.facts import Facts, days_between
from portal.domain.money import Money, total, zero
from portal.domain.problems import Problem
from portal.records.tables.orders import OrderLine
from portal.services.read_order import OrderRead


@dataclass(frozen=True, slots=True)
class Affected:
    """One line of a report: which units of which order line, and what is wrong with them."""

    line: OrderLine
    units: tuple[int, ...]
    problem: Problem


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
    paid = [paid_for(read.paid[one.line.id], one.units, currency) for one in affected]
    claimed = total([part.whole for part in paid], currency)
    overpaid = iter(_overpaid_parts(read, affected))
    refundable = total([c.left for c in read.capacities if c.reachable], currency)
    return [
        _facts(
            read,
            one,
            part,
            claimed=claimed,
            refundable=refundable,
            overpaid=next(overpaid),
            now=now,
            on_behalf=on_behalf,
            evidence=evidence,
            second_failure=second_failure,
        )
        for one, part in zip(affected, paid, strict=True)
    ]


def _overpaid_parts(read: OrderRead, affected: Sequence[Affected]) -> list[Money]:
    """Share what was overpaid over the lines that are reported as charged wrongly, once per order."""
    nothing = zero(read.order.currency)
    reported = [one for one in affected if one.problem is Problem.CHARGED_WRONGLY]
    if not reported or not read.overpaid or read.dossier.charge_claimed:
        return [nothing for _ in affected]
    parts = iter(read.overpaid.share([1] * len(reported)))
    return [next(parts) if one.problem is Problem.CHARGED_WRONGLY else nothing for one in affected]


def _facts(
    read: OrderRead,
    one: Affected,
    paid: UnitPaid,
    *,
    claimed: Money,
    refundable: Money,
    overpaid: Money,
    now: datetime,
    on_behalf: bool,
    evidence: bool,
    second_failure: bool,
) -> Facts:
    order, line, shipment = read.order, one.line, one.line.shipment
    return Facts(
        problem=one.problem,
        parcel_state=read.states[line.id],
        order_status=order.status,
        days_since_ordered=days_between(order.placed_at, now),
        days_since_promised=days_between(shipment.promised_at, now),
        days_since_handed_over=days_between(shipment.handed_over_at, now),
        days_since_delivered=days_between(shipment.delivered_at, now),
        days_late=days_between(shipment.promised_at, shipment.delivered_at),
        signed_by=bool(shipment.signed_by),
        left_at=shipment.left_at,
        # What was overpaid is named apart, so that the parts below stay what the line should have cost.
        line_value=paid.whole - min(overpaid, paid.whole),
        goods_value=paid.goods - min(overpaid, paid.goods),
        shipping_value=paid.whole - min(overpaid, paid.whole) - (paid.goods - min(overpaid, paid.goods)),
        claimed_value=claimed,
        order_value=read.captured,
        given_back=zero(order.currency),
        card_refundable=refundable,
        overpaid=overpaid,
        payment_methods=frozenset(payment.method for payment in read.dossier.payments),
        paid=bool(read.captured),
        ship_to_country=order.ship_to_country,
        ship_to_region=order.ship_to_region,
        market=order.market,
        vendor=line.vendor,
        category=line.category,
        sku=line.sku,
        carrier=shipment.carrier,
        earlier_claims_days=tuple(days_between(moment, now) or 0 for moment in read.dossier.earlier_claims),
        evidence=evidence,
        second_failure=second_failure,
        on_behalf=on_behalf,
        now=now,
    )
