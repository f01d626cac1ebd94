"""Gather the facts of claim lines: once, before any rule is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import ActorKind
from portal.domain.facts import Asker, EarlierRemedy, Facts, days_between
from portal.domain.incidents import is_struck
from portal.domain.money import Money, total, zero
from portal.domain.parcels import Parcel
from portal.domain.parts import Parts, add_up
from portal.domain.problems import Problem
from portal.domain.received import place, signer
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


_ASKERS = {ActorKind.CLAIMANT: Asker.CUSTOMER, ActorKind.STAFF: Asker.STAFF, ActorKind.SYSTEM: Asker.US}


def asker_of(actor: str) -> Asker:
    """Tell who asks, of an actor as it is written."""
    return _ASKERS[ActorKind(actor.partition(":")[0])]


def gather_facts(
    read: OrderRead,
    affected: Sequence[Affected],
    *,
    now: datetime,
    asked_by: Asker = Asker.CUSTOMER,
    evidence: bool = False,
) -> list[Facts]:
    """Gather the facts of each affected line, in their order."""
    currency = read.order.currency
    claimed = sum(add_up(read.paid[one.line.id].of_units(one.units)).total for one in affected)
    without = lacking({one.line.id: len(one.units) for one in affected}, read.dossier.stock)
    of_all = {
        **_of_order(read, now),
        **_of_customer(read, now),
        "claimed_value": Money(claimed, currency),
        "card_refundable": total([c.left for c in read.capacities if c.reachable], currency),
        "evidence": evidence,
        "asked_by": asked_by,
        "on_behalf": asked_by is Asker.STAFF,
        "now": now,
    }
    facts = []
    for one, worth in zip(affected, _worths(read, affected), strict=True):
        parcel = one.again or parcel_of(one.line.shipment)
        said = {
            **of_all,
            **_of_parcel(read, parcel, now, not_right=one.line.id in read.dossier.history.not_right),
            **_of_line(one, worth, currency),
            "out_of_stock": one.line.id in without,
        }
        told = said | {"vendor_region": one.line.vendor_region}
        facts.append(Facts(**said, incident_open=is_struck(told, read.dossier.incidents)))
    return facts


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


def _of_order(read: OrderRead, now: datetime) -> dict[str, Any]:
    order = read.order
    return {
        "order_status": order.status,
        "days_since_ordered": days_between(order.placed_at, now),
        "order_value": read.captured,
        "payment_methods": frozenset(payment.method for payment in read.dossier.payments),
        "paid": bool(read.captured),
        "ship_to_country": order.ship_to_country,
        "ship_to_region": order.ship_to_region,
        "market": order.market,
    }


def _of_customer(read: OrderRead, now: datetime) -> dict[str, Any]:
    history, currency = read.dossier.history, read.order.currency
    remedies = ((one, one.currency == currency) for one in history.remedies)
    return {
        "earlier_claims_days": _days_ago(read.dossier.earlier_claims, now),
        "days_since_first_order": days_between(history.first_order_at, now),
        "earlier_orders_days": _days_ago(history.orders, now),
        "earlier_remedies": tuple(
            EarlierRemedy(
                days_between(one.promised_at, now) or 0,
                one.minor if same else 0,
                one.goodwill_minor if same else 0,
            )
            for one, same in remedies
        ),
        "failed_follow_ups_days": _days_ago(history.failed_follow_ups, now),
    }


def _days_ago(moments: Iterable[datetime], now: datetime) -> tuple[int, ...]:
    return tuple(days_between(moment, now) or 0 for moment in moments)


def _of_parcel(read: OrderRead, parcel: Parcel, now: datetime, *, not_right: bool) -> dict[str, Any]:
    order = read.order
    came = parcel.delivered_at is not None and parcel.delivered_at <= now
    return {
        "parcel_state": parcel.state(order.status, now),
        "days_since_promised": days_between(parcel.promised_at, now),
        "days_since_handed_over": days_between(parcel.handed_over_at, now),
        "days_since_last_scan": days_between(parcel.last_scan_at, now),
        "days_since_delivered": days_between(parcel.delivered_at, now),
        "days_late": days_between(parcel.promised_at, parcel.delivered_at),
        "signed_by": bool(parcel.signed_by),
        "signed_for_by": signer(parcel.signed_by, (order.customer_name, order.ship_to_name)),
        "left_at": parcel.left_at,
        "delivered_to": place(parcel.left_at, parcel.signed_by, came=came),
        "carrier": parcel.carrier,
        "service": parcel.service,
        "second_failure": not_right or parcel.times_again > 0,
        "sent_again": parcel.times_again,
    }


def _of_line(one: Affected, worth: Worth, currency: str) -> Mapping[str, Any]:
    line, paid = one.line, worth.paid
    return {
        "problem": one.problem,
        "line_value": Money(paid.total, currency),
        "goods_value": Money(paid.of_goods, currency),
        "shipping_value": Money(paid.of_shipping, currency),
        "given_back": Money(paid.total - worth.can_give, currency),
        "shipping_given_back": Money(paid.of_shipping - worth.left.of_shipping, currency),
        "overpaid": worth.overpaid,
        "vendor": line.vendor,
        "category": line.category,
        "sku": line.sku,
    }
