"""Plain functions that put things into a shop, with sensible defaults: a test states only what matters to it.

shop = Shop(toolkit)
order = shop.an_order(lines=[a_line(price=10_000)], payments=[a_payment(10_000)])
claim_ref = shop.a_claim(order, problem=Problem.DAMAGED)
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.records.tables.orders import Customer, Order, OrderLine, Payment, Shipment
from portal.services.publish_policy import publish_policy
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.toolkit import Toolkit

DEFAULT_POLICY = Path(__file__).parents[2] / "portal" / "domain" / "policy" / "default.toml"


@dataclass(frozen=True, slots=True)
class LineMade:
    """One line of an order to be made. Amounts are minor units; parcel says which parcel it goes in."""

    title: str = "Blue teapot"
    quantity: int = 1
    price: int = 5_000
    shipping: int = 1_000
    parcel: str = "1"

    @property
    def total(self) -> int:
        return self.quantity * self.price + self.shipping


@dataclass(frozen=True, slots=True)
class ParcelMade:
    """Where a parcel is, in days from now; None where it has not happened."""

    handed_over: float | None = -12
    promised: float | None = -4
    delivered: float | None = -5
    vendor: str = "Teahouse"
    carrier: str | None = "Sedex"
    tracking_number: str | None = None
    signed_by: str | None = None
    left_at: str | None = None


DELIVERED = ParcelMade()
LATE = ParcelMade(handed_over=-30, promised=-12, delivered=None)
ON_THE_WAY = ParcelMade(handed_over=-3, promised=5, delivered=None)
NOT_SHIPPED = ParcelMade(handed_over=None, promised=5, delivered=None)


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """One payment to be made, in minor units."""

    amount: int
    method: str = "card"
    card_brand: str | None = "visa"
    card_last4: str | None = "1995"
    provider_ref: str | None = "made"
    captured: bool = True
    provider_account: str | None = None


def a_line(**changes: Any) -> LineMade:
    return replace(LineMade(), **changes)


def a_payment(amount: int, method: str = "card", **changes: Any) -> PaymentMade:
    if method != "card":
        changes = {"card_brand": None, "card_last4": None, "provider_ref": None, **changes}
    return replace(PaymentMade(amount, method), **changes)


@dataclass(frozen=True, slots=True)
class OrderMade:
    """An order that was made."""

    id: int
    number: str
    customer_id: int
    line_numbers: tuple[int, ...]


@dataclass
class Shop:
    """Makes customers, orders and claims through a toolkit."""

    toolkit: Toolkit
    actor: Actor = field(default_factory=lambda: Actor.system("tests"))

    def default_policy(self) -> None:
        """Publish the policy that ships with the project."""
        publish_policy(self.toolkit, source=DEFAULT_POLICY.read_text(), actor=self.actor, despite="It is known.")

    def a_customer(self, mailbox: str | None = None, *, name: str = "Ana Souza", locale: str = "en") -> int:
        values = {"mailbox": mailbox or f"{uuid.uuid4().hex[:12]}@example.org", "name": name, "locale": locale}
        with self.toolkit.transaction() as session:
            made: int = session.scalars(insert(Customer).values(values).returning(Customer.id)).one()
            return made

    def an_order(
        self,
        customer_id: int | None = None,
        *,
        number: str | None = None,
        lines: list[LineMade] | None = None,
        parcels: dict[str, ParcelMade] | None = None,
        payments: list[PaymentMade] | None = None,
        status: str = "delivered",
        placed_days_ago: float = 14,
        currency: str = "BRL",
        locale: str = "en",
        street: str = "Rua das Flores 12",
    ) -> OrderMade:
        """Make an order; without payments, one card has paid its total."""
        lines = lines or [a_line()]
        total = sum(line.total for line in lines)
        payments = [a_payment(total)] if payments is None else payments
        customer_id = customer_id or self.a_customer()
        number = number or uuid.uuid4().hex[:10].upper()
        now = self.toolkit.now()
        order = Order(
            order_number=number,
            customer_id=customer_id,
            placed_at=now - timedelta(days=placed_days_ago),
            status=status,
            customer_name="Ana Souza",
            locale=locale,
            currency=currency,
            ship_to_name="Ana Souza",
            ship_to_line1=street,
            ship_to_city="Campinas",
            ship_to_region="SP",
            ship_to_postcode="13015",
            ship_to_country="BR",
            market="BR",
            lines_total_minor=total,
            payments_total_minor=sum(payment.amount for payment in payments),
        )
        with self.toolkit.transaction() as session:
            session.add(order)
            session.flush()
            shipments = {
                name: _shipment(order, name, (parcels or {}).get(name, DELIVERED), now)
                for name in dict.fromkeys(line.parcel for line in lines)
            }
            session.add_all(shipments.values())
            session.flush()
            session.add_all(
                _line(order, line_number, line, shipments[line.parcel]) for line_number, line in enumerate(lines, 1)
            )
            session.add_all(_payment(order, sequence, payment) for sequence, payment in enumerate(payments, 1))
        return OrderMade(order.id, number, customer_id, tuple(range(1, len(lines) + 1)))

    def a_claim(
        self,
        order: OrderMade,
        problem: Problem = Problem.DAMAGED,
        *,
        lines: tuple[int, ...] = (1,),
        quantity: int = 1,
        words: str = "",
        locale: str = "en",
    ) -> str:
        """Report a problem with lines of an order and give the claim's ref."""
        reported = Report(
            order_number=order.number,
            client_key=uuid.uuid4().hex,
            lines=tuple(ReportedLine(number, quantity, problem) for number in lines),
            words=words,
            locale=locale,
        )
        return report_problem(self.toolkit, customer_id=order.customer_id, reported=reported)

    def customer_of(self, mailbox: str) -> int:
        with self.toolkit.reading() as session:
            return session.scalars(select(Customer.id).where(Customer.mailbox == mailbox)).one()


def _moment(now: datetime, days: float | None) -> datetime | None:
    return None if days is None else now + timedelta(days=days)


def _shipment(order: Order, name: str, made: ParcelMade, now: datetime) -> Shipment:
    return Shipment(
        order_id=order.id,
        shipment_number=f"{order.order_number}-{name}",
        vendor=made.vendor,
        vendor_region="SP",
        carrier=made.carrier,
        service=None,
        tracking_number=made.tracking_number,
        handed_over_at=_moment(now, made.handed_over),
        promised_at=_moment(now, made.promised),
        delivered_at=_moment(now, made.delivered),
        signed_by=made.signed_by,
        left_at=made.left_at,
    )


def _line(order: Order, line_number: int, made: LineMade, shipment: Shipment) -> OrderLine:
    return OrderLine(
        order_id=order.id,
        shipment_id=shipment.id,
        line_number=line_number,
        sku=f"sku-{line_number}",
        title=made.title,
        category="kitchen",
        vendor=shipment.vendor,
        vendor_region=shipment.vendor_region,
        quantity=made.quantity,
        unit_price_minor=made.price,
        shipping_minor=made.shipping,
        discount_minor=0,
        tax_minor=0,
        shipping_tax_minor=0,
        unit_cost_minor=None,
    )


def _payment(order: Order, sequence: int, made: PaymentMade) -> Payment:
    unique = f"pi_{order.order_number}_{sequence}" if made.provider_ref == "made" else made.provider_ref
    return Payment(
        ref=new_ref("PAY", 10),
        order_id=order.id,
        sequence=sequence,
        method=made.method,
        installments=1,
        amount_minor=made.amount,
        currency=order.currency,
        card_brand=made.card_brand,
        card_last4=made.card_last4,
        provider_ref=unique,
        provider_account=made.provider_account,
        captured_at=order.placed_at if made.captured else None,
    )
