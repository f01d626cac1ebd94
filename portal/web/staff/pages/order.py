"""What the claim page shows of the order: its lines, parcels and payments."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.web.shared.names import METHODS, ORDERS, PARCELS, named
from portal.web.staff.claim_file import ClaimFile


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line of the order; paid is what was really paid for all of it, claimed tells that it is part of this claim.

    in_stock: pieces that can still be promised to be sent again; None where no stock is kept of it.
    """

    number: int
    title: str
    sku: str
    vendor: str
    quantity: int
    price: Money
    shipping: Money
    paid: Money
    claimed: bool
    in_stock: int | None


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel and what the carrier said of it."""

    number: str
    state: str
    vendor: str
    carrier: str
    tracking_number: str | None
    handed_over_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    signed_by: str | None
    left_at: str | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment, and what can still go back to it; reachable: by itself, to the card."""

    sequence: int
    method: str
    amount: Money
    left: Money
    reachable: bool
    captured_at: datetime | None
    installments: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """The order of a claim. differs: what was paid is not what the lines add up to."""

    number: str
    placed_at: datetime
    status: str
    value: Money
    lines_total: Money
    differs: bool
    address: tuple[str, ...]
    lines: tuple[OrderLineView, ...]
    parcels: tuple[ParcelView, ...]
    payments: tuple[PaymentView, ...]


def order_view(file: ClaimFile) -> OrderView:
    """Show the order of a claim."""
    order = file.claim.order
    value, lines_total = (Money(m, order.currency) for m in (order.payments_total_minor, order.lines_total_minor))
    town = f"{order.ship_to_postcode} {order.ship_to_city}, {order.ship_to_region}"
    address = (order.ship_to_name, order.ship_to_line1, town, order.ship_to_country)
    return OrderView(
        number=order.order_number,
        placed_at=order.placed_at,
        status=named(ORDERS, order.status),
        value=value,
        lines_total=lines_total,
        differs=value != lines_total,
        address=tuple(part for part in address if part.strip()),
        lines=_lines(file),
        parcels=_parcels(file),
        payments=_payments(file),
    )


def _lines(file: ClaimFile) -> tuple[OrderLineView, ...]:
    currency = file.claim.order.currency
    claimed = {line.order_line_id for line in file.claim.lines}
    stock = file.read.dossier.stock
    return tuple(
        OrderLineView(
            number=line.line_number,
            title=line.title,
            sku=line.sku,
            vendor=line.vendor,
            quantity=line.quantity,
            price=Money(line.unit_price_minor, currency),
            shipping=Money(line.shipping_minor, currency),
            paid=Money(file.read.paid[line.id].parts.total, currency),
            claimed=line.id in claimed,
            in_stock=stock[line.id].pieces if line.id in stock else None,
        )
        for line in file.read.dossier.lines
    )


def _parcels(file: ClaimFile) -> tuple[ParcelView, ...]:
    by_shipment: dict[int, list[int]] = {}
    for line in file.read.dossier.lines:
        by_shipment.setdefault(line.shipment_id, []).append(line.line_number)
    shipments = {line.shipment_id: (line.shipment, file.read.states[line.id]) for line in file.read.dossier.lines}
    return tuple(
        ParcelView(
            number=shipment.shipment_number,
            state=named(PARCELS, state),
            vendor=shipment.vendor,
            carrier=" · ".join(part for part in (shipment.carrier, shipment.service) if part),
            tracking_number=shipment.tracking_number,
            handed_over_at=shipment.handed_over_at,
            promised_at=shipment.promised_at,
            delivered_at=shipment.delivered_at,
            signed_by=shipment.signed_by,
            left_at=shipment.left_at,
            lines=tuple(by_shipment[shipment_id]),
        )
        for shipment_id, (shipment, state) in shipments.items()
    )


def _payments(file: ClaimFile) -> tuple[PaymentView, ...]:
    reachable = {capacity.payment_id for capacity in file.read.capacities if capacity.reachable}
    return tuple(
        PaymentView(
            sequence=payment.sequence,
            method=_method(payment.method, payment.card_brand, payment.card_last4),
            amount=Money(payment.amount_minor, payment.currency),
            left=Money(payment.amount_minor - file.read.dossier.spent[payment.id], payment.currency),
            reachable=payment.id in reachable,
            captured_at=payment.captured_at,
            installments=payment.installments,
        )
        for payment in file.read.dossier.payments
    )


def _method(method: str, brand: str | None, last4: str | None) -> str:
    return " ".join(part for part in (named(METHODS, method), brand, f"…{last4}" if last4 else None) if part)
