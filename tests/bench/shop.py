"""Writes order feeds for the bench: the same number of lines gives the same bytes on every machine."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

_NEWEST = datetime(2026, 3, 1, 18, tzinfo=timezone(timedelta(hours=-3)))
ORDERS_HEAD = (
    "order_number,placed_at,status,email,customer_name,locale,currency,ship_to_name,ship_to_line1,ship_to_city,"
    "ship_to_region,ship_to_postcode,ship_to_country,shipment,line_number,sku,title,category,vendor,vendor_region,"
    "quantity,unit_price,shipping_price,handed_to_carrier_at,promised_at,delivered_at,unit_cost,carrier,service,"
    "tracking_number\n"
)
PAYMENTS_HEAD = "order_number,sequence,method,installments,amount,card_brand,card_last4\n"
_THINGS = ("Blue stoneware bowl", "Set of 6 clay mugs", "Five wooden spoons", "Linen napkins", "Moka pot", "Wall clock")
_CATEGORIES = ("tableware", "kitchen", "textiles", "garden", "lighting")
_CITIES = (("Santos", "SP"), ("Recife", "PE"), ("Curitiba", "PR"), ("Manaus", "AM"), ("Vila Velha", "ES"))
_FIRST = ("Ana", "Diego", "Elisa", "Heitor", "Luíza", "Otávio", "Rafael", "Sérgio", "Tereza", "Vânia")
_LAST = ("Dias", "Moraes", "Prado", "Quadros", "Sant'Anna", "Teixeira", "Vieira")


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """A feed that was written: its two files and how many lines of orders and payments they hold."""

    orders: Path
    payments: Path
    lines: int
    paid: int

    @property
    def size(self) -> int:
        """Tell how many bytes both files have."""
        return self.orders.stat().st_size + self.payments.stat().st_size


def write_feed(folder: Path, lines: int, *, days: int = 60, seed: int = 11) -> FeedFiles:
    """Write a feed of at least so many order lines, placed over so many days: delivered, one parcel to an order."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    orders, payments = folder / "orders.csv", folder / "payments.csv"
    written = paid = number = 0
    with orders.open("w", encoding="utf-8") as to_orders, payments.open("w", encoding="utf-8") as to_payments:
        to_orders.write(ORDERS_HEAD)
        to_payments.write(PAYMENTS_HEAD)
        while written < lines:
            number += 1
            age = timedelta(minutes=int(days * 1440 * (1 - min(1.0, written / lines))))
            count = chance.choices((1, 2, 3), (85, 12, 3))[0]
            total = _write_order(to_orders.write, chance, number, _NEWEST - age, count)
            for line in _payments(chance, f"B{number:09d}", total):
                to_payments.write(line)
                paid += 1
            written += count
    return FeedFiles(orders, payments, written, paid)


def _write_order(write: Callable[[str], object], chance: random.Random, number: int, at: datetime, count: int) -> int:
    """Write the lines of one order, and give what they cost together, in centavos."""
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    city, region = chance.choice(_CITIES)
    # A fifth in English, the rest in the language of the market.
    locale = "en" if chance.random() < 0.2 else "pt-BR"
    order = f"B{number:09d}"
    head = (
        f"{order},{at.isoformat()},delivered,customer.{number:09d}@example.com,{name},{locale},BRL,{name},"
        f"Rua das Flores {chance.randrange(1, 2000)},{city},{region},{chance.randrange(10000, 99999)},BR,{order}-1"
    )
    handed_over = at + timedelta(days=2, minutes=chance.randrange(600))
    delivered = at + timedelta(days=7, minutes=chance.randrange(3000))
    tail = (
        f"{handed_over.isoformat()},{(at + timedelta(days=15)).isoformat()},{delivered.isoformat()},"
        f"7.90,Correios,PAC,BR{number:011d}"
    )
    total = 0
    for line in range(1, count + 1):
        sku, price, shipping = chance.randrange(4000), chance.randrange(1500, 12000), chance.randrange(500, 3000)
        thing, category = _THINGS[sku % len(_THINGS)], _CATEGORIES[sku % len(_CATEGORIES)]
        write(
            f"{head},{line},SKU-{sku:05d},{thing} {sku:04d},{category},vendor-{sku % 90:03d},SP,1,"
            f"{_amount(price)},{_amount(shipping)},{tail}\n"
        )
        total += price + shipping
    return total


def _payments(chance: random.Random, order: str, total: int) -> Iterator[str]:
    """Pay by one card; one order in ten by two of them, and one in twenty partly by voucher."""
    how = chance.random()
    second = total // 3 if how < 0.15 else 0
    yield f"{order},1,card,1,{_amount(total - second)},visa,{chance.randrange(10000):04d}\n"
    if second:
        card = "voucher,1,{},,\n" if how < 0.05 else f"card,1,{{}},visa,{chance.randrange(10000):04d}\n"
        yield f"{order},2,{card.format(_amount(second))}"


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
