"""Small order feeds for tests: lines with defaults, as the bytes of a file."""

import csv
import io
from collections.abc import Iterable

from portal.domain.feed import ORDER_COLUMNS, PAYMENT_COLUMNS

_LINE = {
    "order_number": "A-1",
    "placed_at": "2026-03-01T10:00:00-03:00",
    "status": "delivered",
    "email": "ana@example.com",
    "customer_name": "Ana Lima",
    "locale": "pt-BR",
    "currency": "BRL",
    "ship_to_name": "Ana Lima",
    "ship_to_line1": "Rua Um 1",
    "ship_to_city": "Recife",
    "ship_to_region": "PE",
    "ship_to_postcode": "50050",
    "ship_to_country": "BR",
    "shipment": "A-1-1",
    "line_number": "1",
    "sku": "S-1",
    "title": "Blue bowl",
    "category": "tableware",
    "vendor": "Olaria",
    "vendor_region": "MG",
    "quantity": "2",
    "unit_price": "39.90",
    "shipping_price": "5",
    "handed_to_carrier_at": "2026-03-02T09:00:00-03:00",
    "promised_at": "2026-03-09T00:00:00-03:00",
    "delivered_at": "2026-03-05T15:00:00-03:00",
}
_PAYMENT = {
    "order_number": "A-1",
    "sequence": "1",
    "method": "card",
    "installments": "1",
    "amount": "89.80",
    "card_brand": "visa",
    "card_last4": "4242",
}
NEEDED = [column.name for column in ORDER_COLUMNS if column.needed]
NEEDED_OF_PAYMENTS = [column.name for column in PAYMENT_COLUMNS if column.needed]


def line(number: str = "A-1", **cells: str) -> dict[str, str]:
    """Make an order line; its parcel is its order's first one."""
    return _LINE | {"order_number": number, "shipment": f"{number}-1"} | cells


def payment(number: str = "A-1", **cells: str) -> dict[str, str]:
    """Make a payment."""
    return _PAYMENT | {"order_number": number} | cells


def orders_file(*lines: dict[str, str]) -> io.BytesIO:
    """Make an orders file; optional columns stand in it when a line has them."""
    return io.BytesIO(_written(lines, NEEDED))


def payments_file(*payments: dict[str, str]) -> io.BytesIO:
    """Make a payments file."""
    return io.BytesIO(_written(payments, NEEDED_OF_PAYMENTS))


def _written(rows: Iterable[dict[str, str]], needed: list[str]) -> bytes:
    rows = list(rows)
    more = sorted({name for row in rows for name in row} - set(needed))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*needed, *more], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
