"""What we know of an order, in the domain's terms: parcel states, what was paid per unit, what can still go back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.entitlement import Entitlement
from portal.domain.money import Money, total
from portal.domain.paid import LinePaid, free_units
from portal.domain.parcels import Parcel
from portal.domain.policy.vocabulary import LONGEST_WINDOW
from portal.domain.problems import ParcelState
from portal.domain.refunds import Capacity
from portal.records import orders
from portal.records.orders import Dossier
from portal.records.sessions import Session
from portal.records.tables.orders import Order, OrderLine, Payment, Shipment
from portal.services.order_entitlement import entitlement_of, paid_for_each, surplus_is_interest

HISTORY = timedelta(days=LONGEST_WINDOW + 1)


@dataclass(frozen=True, slots=True)
class OrderRead:
    """An order, read: everything keyed by the order line's id.

    surplus_is_interest: what was paid beyond the prices is what an instalment plan costs, and no charge by mistake.
    """

    dossier: Dossier
    states: dict[int, ParcelState]
    paid: dict[int, LinePaid]
    free: dict[int, list[int]]
    capacities: list[Capacity]
    captured: Money
    entitlement: Entitlement
    surplus_is_interest: bool

    @property
    def order(self) -> Order:
        """The order itself."""
        return self.dossier.order

    def line(self, line_number: int) -> OrderLine | None:
        """Find a line by its number."""
        return next((line for line in self.dossier.lines if line.line_number == line_number), None)


def parcel_of(shipment: Shipment) -> Parcel:
    """Give what is known of the way of an order's own parcel."""
    return Parcel(
        handed_over_at=shipment.handed_over_at,
        promised_at=shipment.promised_at,
        delivered_at=shipment.delivered_at,
        carrier=shipment.carrier,
        signed_by=shipment.signed_by,
        left_at=shipment.left_at,
        service=shipment.service,
        last_scan_at=shipment.last_scan_at,
    )


def state_of(order: Order, shipment: Shipment, now: datetime) -> ParcelState:
    """Tell where a parcel of an order is."""
    return parcel_of(shipment).state(order.status, now)


def capacity_of(payment: Payment, spent: int) -> Capacity:
    """Tell what a captured payment can still take back. spent: minor units of its live refunds."""
    return Capacity(
        payment_id=payment.id,
        left=Money(payment.amount_minor - spent, payment.currency),
        reachable=payment.method == "card" and payment.provider_ref is not None,
    )


def read_order(session: Session, order: Order, now: datetime, *, beside: int | None = None) -> OrderRead:
    """Load an order and read it. beside: a claim that is judged again and is no history of itself."""
    dossier = orders.load(session, order, now=now, since=now - HISTORY, beside=beside)
    captured_payments = [payment for payment in dossier.payments if payment.captured_at is not None]
    captured = total([Money(payment.amount_minor, order.currency) for payment in captured_payments], order.currency)
    paid = paid_for_each(dossier.lines, captured)
    capacities = [capacity_of(payment, dossier.spent[payment.id]) for payment in captured_payments]
    spent = sum(dossier.spent[payment.id] for payment in captured_payments)
    return OrderRead(
        dossier=dossier,
        states={line.id: state_of(order, line.shipment, now) for line in dossier.lines},
        paid=paid,
        free={line.id: free_units(line.quantity, dossier.taken.get(line.id, frozenset())) for line in dossier.lines},
        capacities=capacities,
        captured=captured,
        entitlement=entitlement_of(paid, dossier.given_back, spent=spent),
        surplus_is_interest=surplus_is_interest(captured_payments),
    )
