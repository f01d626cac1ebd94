"""Write the sample's files: ``python -m portal.sandbox.sample.write``. The same code writes the same files."""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from portal.domain.feed import ORDER_COLUMNS, PAYMENT_COLUMNS, STOCK_COLUMNS
from portal.sandbox.sample.catalogue import PRODUCTS
from portal.sandbox.sample.drafting import Draft, Item, Paid, Parcel, Payer, by_card, order_lines, payment_lines
from portal.sandbox.sample.guide import DEMONSTRATIONS
from portal.sandbox.sample.people import ALICE, GRACE, MARCUS, SIOBHAN, Person, neighbour
from portal.sandbox.sample.situations import SITUATIONS

FOLDER = Path(__file__).resolve().parent
_ORDERS_IN_ALL = 200
_FIRST_OF_THE_CROWD = 1101
_DEAR = 100_000
# How many parcels and payments of a hundred.
_LOST, _LATE = 0.04, 0.09
_BANK_SLIP, _SPLIT = 0.16, 0.06
_CARRIERS = (
    ("Tucano Log", "econômico"),
    ("Tucano Log", "expresso"),
    ("Correio Azul", "padrão"),
    ("Swift Hare", "dia seguinte"),
)
# What is counted; everything else can be sent again as often as wanted. One is sold out, and of one the last is there.
_STOCK = {"TAC-04": 0, "PAN-28": 1, "JAR-20": 12, "TIG-24": 40, "GUA-04": 60}
_CARDS = (("visa", "4242"), ("mastercard", "4444"), ("visa", "1881"), ("elo", "7706"), ("amex", "0005"))


def drafts() -> Iterator[Draft]:
    """Give every order of the sample: those that show something, and the crowd around them."""
    yield from SITUATIONS
    dice = random.Random(20_260_701)
    for index in range(_ORDERS_IN_ALL - len(SITUATIONS)):
        yield _ordinary(f"AURORA-{_FIRST_OF_THE_CROWD + index}", _buyer(dice), dice)


def _buyer(dice: random.Random) -> Person:
    """Pick a customer; some come back, and one in eight reads English."""
    if dice.random() < 1 / 8:
        return dice.choice((GRACE, MARCUS, ALICE, SIOBHAN))
    return neighbour(dice.randrange(110))


def _ordinary(number: str, person: Person, dice: random.Random) -> Draft:
    days_ago = dice.randint(2, 100)
    skus = dice.sample(
        [sku for sku, product in PRODUCTS.items() if product.price < _DEAR], dice.choice((1, 1, 1, 2, 2, 3))
    )
    vendors = sorted({PRODUCTS[sku].vendor.name for sku in skus})
    items = tuple(Item(sku, dice.choice((1, 1, 1, 1, 2, 3)), vendors.index(PRODUCTS[sku].vendor.name)) for sku in skus)
    parcels = tuple(_parcel(days_ago, dice) for _ in vendors)
    return Draft(number, person, days_ago, items, parcels, _status(parcels), _payer(dice))


def _parcel(days_ago: int, dice: random.Random) -> Parcel:
    """Send a parcel: most come in time, some late, a few never; what lies ahead has not happened."""
    handed, promised = dice.randint(1, 4), dice.randint(8, 14)
    luck = dice.random()
    delivered = dice.randint(handed + 1, promised) if luck > _LOST + _LATE else promised + dice.randint(1, 9)
    delivered_at = None if luck < _LOST or delivered >= days_ago else delivered
    carrier, service = dice.choice(_CARRIERS)
    signed = dice.choice(("", "", "", "Porteiro", "Recebedor")) if delivered_at is not None else ""
    return Parcel(None if handed >= days_ago else handed, promised, delivered_at, carrier, service, signed)


def _status(parcels: Iterable[Parcel]) -> str:
    """Tell the status that the parcels make."""
    journeys = list(parcels)
    if all(parcel.delivered is not None for parcel in journeys):
        return "delivered"
    return "shipped" if any(parcel.handed is not None for parcel in journeys) else "processing"


def _payer(dice: random.Random) -> Payer:
    luck, card = dice.random(), dice.choice(_CARDS)
    if luck < _BANK_SLIP:
        return lambda due: (Paid("boleto", due),)
    if luck < _BANK_SLIP + _SPLIT:
        return lambda due: (Paid("card", due - due // 3, 1, *card), Paid("voucher", due // 3))
    return by_card(*card, installments=dice.choice((1, 1, 1, 2, 3, 6)))


def write(folder: Path) -> None:
    """Write orders.csv, payments.csv, stock.csv and demonstrations.csv into a folder."""
    everything = sorted(drafts(), key=lambda draft: (-draft.days_ago, draft.number))
    orders = (line for draft in everything for line in order_lines(draft))
    payments = (line for draft in everything for line in payment_lines(draft))
    _write(folder / "orders.csv", [column.name for column in ORDER_COLUMNS], orders)
    _write(folder / "payments.csv", [column.name for column in PAYMENT_COLUMNS], payments)
    counted = ({"sku": sku, "vendor": "", "on_hand": str(pieces)} for sku, pieces in _STOCK.items())
    _write(folder / "stock.csv", [column.name for column in STOCK_COLUMNS], counted)
    _write(folder / "demonstrations.csv", ["order_number", "mailbox", "shows"], map(asdict, DEMONSTRATIONS))


def _write(path: Path, names: list[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write(FOLDER)
