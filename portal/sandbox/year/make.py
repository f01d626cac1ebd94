"""Make a year and write it: an order feed, its payments, scans, stock, and the truth of every parcel."""

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

from portal.sandbox.year.chance import dice_of
from portal.sandbox.year.drafting import Desk, Drafted, scans_of
from portal.sandbox.year.feed_rows import COLUMNS, PAYMENTS, Costs, news_of, order_rows, payment_rows
from portal.sandbox.year.given import Given, read_given
from portal.sandbox.year.injected import Fault
from portal.sandbox.year.parcels import Road
from portal.sandbox.year.seasons import days_of_the_year, weight
from portal.sandbox.year.stock import write_stock
from portal.sandbox.year.truth import Truth, write_truth

ORDERS, KNOWN_FIRST, MONEY = "orders.csv", "orders-first.csv", "payments.csv"
TRUTH, SCANS, STOCK, TOLD = "truth.csv", "scans.csv", "stock.csv", "year.json"


@dataclass(frozen=True, slots=True)
class Wish:
    """What year is wanted: ends before a day, so many orders, a seed, and faults as they were typed and read."""

    until: date
    orders: int
    seed: int
    faults: Sequence[Fault] = ()
    typed: Sequence[str] = ()

    @property
    def ends_at(self) -> datetime:
        """Give the moment at which the year is over."""
        return datetime.combine(self.until, time(0), tzinfo=UTC)


@dataclass(slots=True)
class Year:
    """A year that was made. news: rows of the feed by the day at whose end the shop learns them."""

    wish: Wish
    folder: Path
    truths: list[Truth] = field(default_factory=list)
    news: dict[date, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    digest: str = ""


def make_year(wish: Wish, given: tuple[Path, Path], folder: Path, told: Callable[[int], None] = lambda _: None) -> Year:
    """Make a year from a given feed, and write its files into a folder; told is called with the number of orders done.

    Raises FeedTooThin, and KeyError for a column that is missing.
    """
    with (
        given[0].open(encoding="utf-8-sig", newline="") as orders,
        given[1].open(encoding="utf-8-sig", newline="") as payments,
    ):
        known = read_given(orders, payments)
    folder.mkdir(parents=True, exist_ok=True)
    year = Year(wish, folder)
    with (
        (folder / ORDERS).open("w", encoding="utf-8", newline="") as orders,
        (folder / KNOWN_FIRST).open("w", encoding="utf-8", newline="") as first,
        (folder / MONEY).open("w", encoding="utf-8", newline="") as payments,
        (folder / SCANS).open("w", encoding="utf-8", newline="") as scans,
    ):
        _Files(orders, first, payments, scans).write(year, _drafted(wish, known), told)
    with (folder / TRUTH).open("w", encoding="utf-8", newline="") as file:
        write_truth(file, year.truths)
    write_stock(folder / STOCK, wish.seed, wish.until, year.truths)
    year.digest = digest_of(folder)
    (folder / TOLD).write_text(json.dumps(_said(year), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return year


def _drafted(wish: Wish, given: Given) -> Iterator[Drafted]:
    desk = Desk(wish.seed, given, Road(wish.seed, given, wish.faults))
    for index, placed_at in enumerate(_moments(wish, given), start=1):
        yield desk.draft(index, placed_at)


def _moments(wish: Wish, given: Given) -> list[datetime]:
    """Give when each order is placed, oldest first: on days as seasons want it, at hours as the feed had them."""
    dice = dice_of(wish.seed, "days")
    days = days_of_the_year(wish.until)
    chosen = dice.choices(days, [weight(day, given.weekdays) for day in days], k=wish.orders)
    hours = [dice.choice(given.orders).placed_at for _ in chosen]
    jitter = [timedelta(seconds=dice.randrange(1800)) for _ in chosen]
    moments = [
        datetime.combine(day, hour.time(), tzinfo=hour.tzinfo) + more
        for day, hour, more in zip(chosen, hours, jitter, strict=True)
    ]
    last = wish.ends_at - timedelta(minutes=1)
    return sorted(min(moment, last) for moment in moments)


class _Files:
    """The files that grow with every order."""

    def __init__(self, orders: TextIO, first: TextIO, payments: TextIO, scans: TextIO) -> None:
        """Write their headers."""
        self._orders, self._first, self._payments, self._scans = (
            csv.writer(file, lineterminator="\n") for file in (orders, first, payments, scans)
        )
        self._orders.writerow(COLUMNS)
        self._first.writerow(COLUMNS)
        self._payments.writerow(PAYMENTS)
        self._scans.writerow(("order_number", "shipment", "tracking_number", "scan", "at", "place"))

    def write(self, year: Year, orders: Iterator[Drafted], told: Callable[[int], None]) -> None:
        """Write every order, in all that is said of it."""
        costs, ends_at = Costs(year.wish.seed), year.wish.ends_at
        for order in orders:
            last = list(order_rows(order, ends_at, costs))
            self._orders.writerows(last)
            moments = news_of(order, ends_at, year.wish.seed)
            self._first.writerows(order_rows(order, order.complains_at or ends_at, costs) if moments else last)
            for moment in moments:
                year.news[moment.astimezone(UTC).date()] += order_rows(order, moment, costs)
            self._payments.writerows(payment_rows(order))
            self._write_scans(year, order)
            year.truths += (parcel.truth for parcel in order.parcels)
            told(1)

    def _write_scans(self, year: Year, order: Drafted) -> None:
        for parcel in order.parcels:
            dice = dice_of(year.wish.seed, "scans", parcel.number)
            self._scans.writerows(
                (
                    order.number,
                    parcel.number,
                    parcel.tracking_number,
                    scan,
                    at.astimezone(UTC).isoformat("T", "seconds"),
                    place,
                )
                for scan, at, place in scans_of(parcel, dice)
                if at < year.wish.ends_at
            )


def digest_of(folder: Path) -> str:
    """Give one number for all that was made, so that two years can be told from each other."""
    whole = hashlib.sha256()
    for name in (ORDERS, MONEY, TRUTH, SCANS, STOCK):
        whole.update((folder / name).read_bytes())
    return whole.hexdigest()


def _said(year: Year) -> dict[str, object]:
    wish = year.wish
    begins = days_of_the_year(wish.until)[0]
    reports = [truth for truth in year.truths if truth.reports_at and truth.reports_at < wish.ends_at]
    return {
        "seed": wish.seed,
        "from": begins.isoformat(),
        "until": wish.until.isoformat(),
        "orders": wish.orders,
        "parcels": len(year.truths),
        "reports": len(reports),
        "faults": list(wish.typed),
        "digest": year.digest,
    }
