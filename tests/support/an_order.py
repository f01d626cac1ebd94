"""An order for tests of services, with real payments in the sandbox Stripe."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any

from portal.domain.money import exponent, parse
from portal.domain.paid import LinePrice, lines_total
from portal.domain.refs import new_ref
from portal.records.sessions import Session
from portal.records.tables.orders import Customer, Order, OrderLine, Payment, Shipment
from portal.services.toolkit import Toolkit
from tests.support.sandbox_server import Sandbox

KETTLE = (("Blue kettle", "50.00", 1),)


@dataclass
class AnOrder:
    """An order of the tests: what it holds, and who may claim on it."""

    number: str
    order_id: int
    customer_id: int
    mailbox: str
    line_ids: list[int]
    payments: list[str]


@dataclass(frozen=True)
class Beside:
    """What a line has beside its prices, in minor units for the whole line."""

    discount: int = 0
    tax: int = 0
    shipping_tax: int = 0
    tax_included: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is said of an order; days are counted back from now, prices and shipping are per unit.

    beside: of each line, or of none.
    """

    lines: tuple[tuple[str, str, int], ...] = KETTLE
    shipping: str = "5.00"
    beside: tuple[Beside, ...] | None = None
    installments: int = 1
    payments: tuple[tuple[str, str], ...] | None = None
    currency: str = "BRL"
    status: str = "delivered"
    ordered: int = 20
    handed_over: int | None = 15
    promised: int | None = 8
    delivered: int | None = 10
    street: str = "Rua das Flores 12"
    unit_cost: str | None = None
    customer: AnOrder | None = None
    behaviour: str = "normal"
    signed_by: str | None = None
    with_references: bool = True
    market: str = "BR"

    def minor(self, amount: str) -> int:
        return parse(amount, self.currency).minor

    @property
    def paid(self) -> tuple[tuple[str, str], ...]:
        return self.payments or (("card", str(self.total)),)

    @property
    def prices(self) -> list[LinePrice]:
        return [
            LinePrice(
                quantity=quantity,
                unit_price=self.minor(price),
                discount=beside.discount,
                tax=beside.tax,
                shipping=self.minor(self.shipping) * quantity,
                shipping_tax=beside.shipping_tax,
                tax_included=beside.tax_included,
            )
            for (_, price, quantity), beside in zip(self.lines, self.beside or repeat(Beside()), strict=False)
        ]

    @property
    def total(self) -> Decimal:
        return Decimal(lines_total(self.prices)).scaleb(-exponent(self.currency))


def an_order(toolkit: Toolkit, sandbox: Sandbox, **said: Any) -> AnOrder:
    """Make an order as it is said, a customer included where none is named."""
    wanted, now = Wanted(**said), toolkit.now()
    with toolkit.transaction() as session:
        who = _customer(session, wanted)
        order = _order(wanted, who, now)
        session.add(order)
        session.flush()
        shipment = _shipment(wanted, order, now)
        session.add(shipment)
        session.flush()
        rows = [
            _line(wanted, shipment, number, title, price)
            for number, ((title, _, _), price) in enumerate(zip(wanted.lines, wanted.prices, strict=True), start=1)
        ]
        payments = [
            _payment(wanted, sandbox, order, number, method, amount)
            for number, (method, amount) in enumerate(wanted.paid, start=1)
        ]
        session.add_all([*rows, *payments])
        session.flush()
        intents = [payment.provider_ref or "" for payment in payments]
        return AnOrder(order.order_number, order.id, who.id, who.mailbox, [row.id for row in rows], intents)


def _ago(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)


def _customer(session: Session, wanted: Wanted) -> Customer:
    if wanted.customer:
        return session.get_one(Customer, wanted.customer.customer_id)
    who = Customer(mailbox=f"{new_ref('m', 9).lower()}@example.com", name="Ana Souza", locale="en")
    session.add(who)
    session.flush()
    return who


def _order(wanted: Wanted, who: Customer, now: datetime) -> Order:
    return Order(
        order_number=f"T{new_ref('N', 9)}",
        customer_id=who.id,
        placed_at=_ago(now, wanted.ordered),
        status=wanted.status,
        customer_name="Ana Souza",
        locale="en",
        currency=wanted.currency,
        ship_to_name="Ana Souza",
        ship_to_line1=wanted.street,
        ship_to_city="Santos",
        ship_to_region="SP",
        ship_to_postcode="11010",
        ship_to_country="BR",
        market=wanted.market,
        lines_total_minor=wanted.minor(str(wanted.total)),
        payments_total_minor=sum(wanted.minor(amount) for _, amount in wanted.paid),
    )


def _shipment(wanted: Wanted, order: Order, now: datetime) -> Shipment:
    return Shipment(
        order_id=order.id,
        shipment_number=f"{order.order_number}-1",
        vendor="acme",
        vendor_region="SP",
        carrier="Correios",
        handed_over_at=_ago(now, wanted.handed_over),
        promised_at=_ago(now, wanted.promised),
        delivered_at=_ago(now, wanted.delivered),
        signed_by=wanted.signed_by,
    )


def _line(wanted: Wanted, shipment: Shipment, number: int, title: str, price: LinePrice) -> OrderLine:
    return OrderLine(
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        line_number=number,
        sku=f"SKU-{title[:10]}",
        title=title,
        category="kitchen",
        vendor="acme",
        vendor_region="SP",
        quantity=price.quantity,
        unit_price_minor=price.unit_price,
        shipping_minor=price.shipping,
        discount_minor=price.discount,
        tax_minor=price.tax,
        shipping_tax_minor=price.shipping_tax,
        tax_included=price.tax_included,
        unit_cost_minor=wanted.minor(wanted.unit_cost) if wanted.unit_cost else None,
    )


def _payment(wanted: Wanted, sandbox: Sandbox, order: Order, number: int, method: str, amount: str) -> Payment:
    minor, card = wanted.minor(amount), method == "card"
    referenced = card and wanted.with_references
    return Payment(
        ref=new_ref("PAY", 10),
        order_id=order.id,
        sequence=number,
        method=method,
        installments=wanted.installments if card else 1,
        amount_minor=minor,
        currency=wanted.currency,
        card_brand="visa" if card else None,
        card_last4="4242" if card else None,
        provider_ref=sandbox.payment(minor, wanted.currency.lower(), wanted.behaviour) if referenced else None,
        captured_at=order.placed_at,
    )
