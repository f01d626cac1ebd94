"""How an order of the sample is written down, and how it becomes lines of the two feed files.

Days count from the day on which the sample is looked at: an order of 20 days ago was placed 20 days before it. The
import moves all dates together, so that this stays true.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from portal.domain.money import Money, decimal_text, total
from portal.sandbox.sample.catalogue import PRODUCTS, Product, cost_of, price_in
from portal.sandbox.sample.people import Person

TODAY = datetime(2026, 7, 1, tzinfo=UTC)
ON_TIME, PROMISE = 6, 10


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel's journey, in days after the order was placed; None has not happened."""

    handed: int | None = 1
    promised: int | None = PROMISE
    delivered: int | None = ON_TIME
    carrier: str = "Tucano Log"
    service: str = "econômico"
    signed_by: str = ""
    left_at: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a product, in the parcel of that position. discount and tax: minor units for the whole line."""

    sku: str
    quantity: int = 1
    parcel: int = 0
    discount: int = 0
    tax: int = 0
    shipping_tax: int = 0


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment. amount: minor units."""

    method: str
    amount: int
    installments: int = 1
    brand: str = ""
    last4: str = ""


Payer = Callable[[int], tuple[Paid, ...]]


def by_card(brand: str = "visa", last4: str = "4242", installments: int = 1) -> Payer:
    """Pay everything by one card."""
    return lambda due: (Paid("card", due, installments, brand, last4),)


def by_nobody() -> Payer:
    """Pay nothing, however much is due."""
    return lambda _due: ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One order. pay: makes its payments out of what is due, in minor units."""

    number: str
    person: Person
    days_ago: int
    items: tuple[Item, ...]
    parcels: tuple[Parcel, ...] = (Parcel(),)
    status: str = "delivered"
    pay: Payer = field(default_factory=by_card)


def order_lines(draft: Draft) -> Iterator[dict[str, str]]:
    """Write the order as lines of the orders file."""
    market = draft.person.market
    for number, item in enumerate(draft.items, 1):
        product, parcel = PRODUCTS[item.sku], draft.parcels[item.parcel]
        yield {
            **_head(draft),
            "shipment": f"{draft.number}-P{item.parcel + 1}",
            "line_number": str(number),
            "sku": product.sku,
            "title": product.title(market.locale),
            "category": product.category,
            "vendor": product.vendor.name,
            "vendor_region": product.vendor.region,
            "quantity": str(item.quantity),
            "unit_price": decimal_text(price_in(product.price, market.currency)),
            "shipping_price": decimal_text(price_in(product.freight, market.currency)),
            **_journey(draft, item.parcel, parcel),
            "line_discount": _amount(item.discount, market.currency),
            "line_tax": _amount(item.tax, market.currency),
            "shipping_tax": _amount(item.shipping_tax, market.currency),
            "unit_cost": decimal_text(cost_of(product, market.currency)),
        }


def payment_lines(draft: Draft) -> Iterator[dict[str, str]]:
    """Write what was paid as lines of the payments file."""
    for number, paid in enumerate(draft.pay(due(draft).minor), 1):
        yield {
            "order_number": draft.number,
            "sequence": str(number),
            "method": paid.method,
            "installments": str(paid.installments),
            "amount": decimal_text(Money(paid.amount, draft.person.market.currency)),
            "card_brand": paid.brand,
            "card_last4": paid.last4,
            "reference": "",
            "account": "",
            "captured_at": "" if draft.status == "created" else _moment(draft, 0, 4),
            "card_fingerprint": _fingerprint(draft.person.mailbox, paid),
        }


def _fingerprint(mailbox: str, paid: Paid) -> str:
    """Name a card as a provider does: the same on every payment by it. Here everybody has a card of their own."""
    told = f"{mailbox} {paid.brand} {paid.last4}".encode()
    return hashlib.sha256(told).hexdigest()[:16] if paid.last4 else ""


def due(draft: Draft) -> Money:
    """Add up what the lines cost."""
    currency = draft.person.market.currency
    return total([_line_total(PRODUCTS[item.sku], item, currency) for item in draft.items], currency)


def _line_total(product: Product, item: Item, currency: str) -> Money:
    each = price_in(product.price, currency) + price_in(product.freight, currency)
    return Money(each.minor * item.quantity - item.discount + item.tax + item.shipping_tax, currency)


def _head(draft: Draft) -> dict[str, str]:
    person = draft.person
    return {
        "order_number": draft.number,
        "placed_at": _moment(draft, 0, 0),
        "status": draft.status,
        "email": person.mailbox,
        "customer_name": person.name,
        "locale": person.market.locale,
        "currency": person.market.currency,
        "ship_to_name": person.name,
        "ship_to_line1": person.line1,
        "ship_to_city": person.city,
        "ship_to_region": person.region,
        "ship_to_postcode": person.postcode,
        "ship_to_country": person.market.country,
    }


def _journey(draft: Draft, position: int, parcel: Parcel) -> dict[str, str]:
    digits = sum(ord(letter) * 7919 for letter in draft.number) * 31 + position * 104_729
    handed = "" if parcel.handed is None else _moment(draft, parcel.handed, 180)
    delivered = "" if parcel.delivered is None else _moment(draft, parcel.delivered, 95 + position * 20)
    return {
        "handed_to_carrier_at": handed,
        "promised_at": "" if parcel.promised is None else _midnight(draft, parcel.promised),
        "delivered_at": delivered,
        "carrier": parcel.carrier,
        "service": parcel.service,
        "tracking_number": "" if parcel.handed is None else f"{parcel.carrier[0]}L{digits % 10**9:09d}BR",
        "signed_by": parcel.signed_by,
        "left_at": parcel.left_at,
        "last_scan_at": delivered or handed,
    }


def _placed(draft: Draft) -> datetime:
    """Tell when it was placed: at an hour of the day that differs from order to order."""
    minutes = sum(map(ord, draft.number)) * 37 % (9 * 60)
    local = timezone(timedelta(hours=draft.person.market.zone))
    day = (TODAY - timedelta(days=draft.days_ago)).date()
    return datetime(day.year, day.month, day.day, 10, tzinfo=local) + timedelta(minutes=minutes)


def _moment(draft: Draft, days: int, minutes: int) -> str:
    return (_placed(draft) + timedelta(days=days, minutes=minutes)).isoformat()


def _midnight(draft: Draft, days: int) -> str:
    return (_placed(draft) + timedelta(days=days)).replace(hour=0, minute=0).isoformat()


def _amount(minor: int, currency: str) -> str:
    return decimal_text(Money(minor, currency)) if minor else ""
