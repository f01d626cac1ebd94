"""What the warehouses have of each product, month by month: as much as usually sells, and at times nothing."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from portal.sandbox.year.chance import dice_of
from portal.sandbox.year.truth import Truth

_OUT_OF_STOCK, _MONTHS = 0.05, 13
COLUMNS = ("month", "sku", "warehouse", "on_hand")


def write_stock(path: Path, seed: int, until: date, truths: Iterable[Truth]) -> None:
    """Write a row for each product and month."""
    sold = Counter((sku, truth.warehouse) for truth in truths for sku in truth.skus.split())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (sku, warehouse), count in sorted(sold.items()):
            for month in months_before(until):
                writer.writerow((month, sku, warehouse, _on_hand(seed, sku, month, count)))


def months_before(until: date) -> list[str]:
    """Name the months that a year before a day touches, oldest first."""
    first = until.replace(day=1)
    names = []
    for _ in range(_MONTHS):
        names.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return names[::-1]


def _on_hand(seed: int, sku: str, month: str, sold: int) -> int:
    dice = dice_of(seed, "stock", sku, month)
    if dice.random() < _OUT_OF_STOCK:
        return 0
    return int(max(sold / 12, 1) * dice.uniform(1.0, 3.0)) + 1
