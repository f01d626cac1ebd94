"""Read the given feed: every order of it becomes a pattern from which orders of the year are made."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

Row = dict[str, str]
_NEVER_LEFT = frozenset({"canceled", "unavailable"})
# A region's own rate counts as much as the whole feed's once it has as many parcels as this.
_BELIEVED_AFTER = 200
_SURELY_LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PastLine:
    """An order line as the feed had it; parcel is the index of its parcel."""

    parcel: int
    row: Row


@dataclass(frozen=True, slots=True)
class PastParcel:
    """How long a parcel took: to be handed over and promised since the order, to arrive since it was handed over."""

    handed: timedelta | None
    promised: timedelta | None
    transit: timedelta | None
    lane: tuple[str, str]


@dataclass(slots=True)
class PastOrder:
    """An order of the feed: what was bought, how it was paid, how long it took."""

    placed_at: datetime
    row: Row
    cancelled: bool
    lines: list[PastLine] = field(default_factory=list)
    parcels: list[PastParcel] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Given:
    """What the feed tells: orders by country, days on the way by lane, how often parcels are lost by region."""

    orders: list[PastOrder]
    by_country: dict[str, list[PastOrder]]
    transits: dict[tuple[str, str], list[timedelta]]
    all_transits: list[timedelta]
    lost: dict[str, float]
    weekdays: Counter[int]
    names: list[tuple[str, str]]
    origins: Counter[str]

    def lost_in(self, region: str) -> float:
        """Tell what share of parcels to a region never arrive."""
        return self.lost.get(region, self.lost[""])


class FeedTooThin(ValueError):
    """The feed has nothing that a year can be made of."""


def read_given(orders: TextIO, payments: TextIO) -> Given:
    """Read both files of an order feed. Raises FeedTooThin, and KeyError for a column that is missing."""
    found: dict[str, PastOrder] = {}
    parcels: dict[str, dict[str, int]] = defaultdict(dict)
    for row in csv.DictReader(orders):
        past = found.get(row["order_number"])
        if past is None:
            placed_at = datetime.fromisoformat(row["placed_at"])
            past = found[row["order_number"]] = PastOrder(placed_at, row, row["status"] in _NEVER_LEFT)
        known = parcels[row["order_number"]]
        if row["shipment"] not in known:
            known[row["shipment"]] = len(past.parcels)
            past.parcels.append(_parcel(past.placed_at, row))
        past.lines.append(PastLine(known[row["shipment"]], row))
    for row in csv.DictReader(payments):
        if row["order_number"] in found:
            found[row["order_number"]].payments.append(row)
    paid = [past for past in found.values() if past.payments]
    if not paid or not any(parcel.transit for past in paid for parcel in past.parcels):
        raise FeedTooThin("no order of the feed was paid and delivered")
    return _given(paid)


def _parcel(placed_at: datetime, row: Row) -> PastParcel:
    handed, promised, delivered = (
        _moment(row[name]) for name in ("handed_to_carrier_at", "promised_at", "delivered_at")
    )
    return PastParcel(
        handed=handed - placed_at if handed else None,
        promised=promised - placed_at if promised else None,
        transit=max(delivered - handed, timedelta(hours=4)) if handed and delivered else None,
        lane=(row["vendor_region"], row["ship_to_region"]),
    )


def _given(orders: list[PastOrder]) -> Given:
    by_country: dict[str, list[PastOrder]] = defaultdict(list)
    transits: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for past in orders:
        by_country[past.row["ship_to_country"]].append(past)
        for parcel in past.parcels:
            if parcel.transit is not None:
                transits[parcel.lane].append(parcel.transit)
    return Given(
        orders=orders,
        by_country=dict(by_country),
        transits=dict(transits),
        all_transits=[transit for lane in transits.values() for transit in lane],
        lost=_lost(orders),
        weekdays=Counter(past.placed_at.weekday() for past in orders),
        names=_names(past.row["customer_name"] for past in orders),
        origins=Counter(line.row["vendor_region"] for past in orders for line in past.lines),
    )


def _lost(orders: list[PastOrder]) -> dict[str, float]:
    """Tell how often a parcel that was handed over never arrived, by region; the few of a small region lean on all."""
    newest = max(past.placed_at for past in orders)
    left, lost = Counter[str](), Counter[str]()
    for past in orders:
        for parcel in past.parcels:
            # What was promised for a day after the newest order may still have come.
            if parcel.handed is None or past.placed_at + (parcel.promised or _SURELY_LATE) > newest:
                continue
            for region in ("", parcel.lane[1]):
                left[region] += 1
                lost[region] += parcel.transit is None
    everywhere = (lost[""] + 1) / (left[""] + 100)
    rates = {
        region: (lost[region] + everywhere * _BELIEVED_AFTER) / (left[region] + _BELIEVED_AFTER) for region in left
    }
    return {**rates, "": everywhere}


def _names(names: Iterable[str]) -> list[tuple[str, str]]:
    return sorted({(parts[0], parts[-1]) for name in names if (parts := name.split())})


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
