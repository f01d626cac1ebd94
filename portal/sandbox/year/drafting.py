"""One order of the year: made from a pattern of the feed, with a person, a date, parcels, and what becomes of them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.sandbox.year.carriage import Service, service_for, warehouse_of
from portal.sandbox.year.chance import dice_of
from portal.sandbox.year.complaints import Complaint, complaint_of, complaint_of_cancelled
from portal.sandbox.year.given import Given, PastOrder, Row
from portal.sandbox.year.parcels import Journey, Place, Road
from portal.sandbox.year.people import GLAD, SAID_NOTHING, TOLD_US, Customers
from portal.sandbox.year.truth import Fate, Truth

_SIGNED = ("", "", "", "Porteiro", "Recebedor")
_NEIGHBOURS = ("Vizinha do 302", "Vizinho do 14", "Portaria do prédio ao lado")
_LEFT = ("", "neighbour", "safe place")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of the year: its lines as rows of a feed, and the truth of it."""

    number: str
    lines: tuple[Row, ...]
    service: Service
    tracking_number: str
    signed_by: str
    left_at: str
    truth: Truth


@dataclass(frozen=True, slots=True)
class Drafted:
    """An order of the year. row holds what all of its lines say."""

    number: str
    row: Row
    parcels: tuple[Parcel, ...]
    payments: tuple[Row, ...]
    placed_at: datetime

    @property
    def complains_at(self) -> datetime | None:
        """Tell when its customer first reports something."""
        return min((parcel.truth.reports_at for parcel in self.parcels if parcel.truth.reports_at), default=None)


class Desk:
    """Makes the orders of a year, one after another in the order of time."""

    def __init__(self, seed: int, given: Given, road: Road) -> None:
        """Begin a year."""
        self._seed, self._given, self._road = seed, given, road
        self._customers = Customers(given)

    def draft(self, index: int, placed_at: datetime) -> Drafted:
        """Make the order of an index, with dice of its own, so that a fault on one parcel moves no other."""
        dice = dice_of(self._seed, "order", index)
        past = dice.choice(self._given.orders)
        customer = self._customers.who_buys(dice, placed_at, past.row)
        country = customer.address["ship_to_country"]
        if past.row["ship_to_country"] != country or past.row["currency"] != customer.address["currency"]:
            past = dice.choice(self._of_their_currency(country, customer.address["currency"]))
        number = f"Y{self._seed}-{index:06d}"
        row = {**customer.address, "order_number": number, "email": customer.mailbox}
        row |= {"customer_name": customer.name, "ship_to_name": customer.name, "placed_at": placed_at.isoformat()}
        row["status"] = "canceled" if past.cancelled else ""
        parcels = tuple(self._parcel(dice, past, place, placed_at, row) for place in range(len(past.parcels)))
        customer.willing = _willing(parcels)
        return Drafted(number, row, _one_report_each(parcels), tuple(past.payments), placed_at)

    def _of_their_currency(self, country: str, currency: str) -> list[PastOrder]:
        return [past for past in self._given.by_country[country] if past.row["currency"] == currency]

    def _parcel(self, dice: random.Random, past: PastOrder, place: int, placed_at: datetime, row: Row) -> Parcel:
        number = f"{row['order_number']}-{place + 1}"
        lines = tuple({**line.row, **row} for line in past.lines if line.parcel == place)
        first = lines[0]
        service = service_for(dice, first.get("carrier") or "", first.get("service") or "")
        warehouse = warehouse_of(self._given.origins, first["vendor"], first["vendor_region"])
        code = f"{dice.randrange(10**9):09d}"
        signed, left = dice.choice(_SIGNED), ""
        if past.cancelled:
            complaint = complaint_of_cancelled(dice, placed_at, lines)
            truth = _truth(number, row, first, service, warehouse, lines, None, complaint)
            return Parcel(number, lines, service, "", "", "", truth)
        at = _place(service, warehouse, row, lines)
        journey = _whole_seconds(self._road.send(dice, placed_at, past.parcels[place], service, lines, at))
        complaint = complaint_of(dice, journey, lines)
        if journey.fate is Fate.NEIGHBOUR:
            signed, left = dice.choice(_NEIGHBOURS), dice.choice(_LEFT)
        truth = _truth(number, row, first, service, warehouse, lines, journey, complaint)
        return Parcel(number, lines, service, f"TL{code}BR", signed, left, truth)


def _place(service: Service, warehouse: str, row: Row, lines: Sequence[Row]) -> Place:
    return {
        "carrier": frozenset({service.carrier}),
        "service": frozenset({service.name}),
        "region": frozenset({row["ship_to_region"]}),
        "vendor": frozenset({lines[0]["vendor"]}),
        "origin": frozenset({lines[0]["vendor_region"]}),
        "warehouse": frozenset({warehouse}),
        "sku": frozenset(line["sku"] for line in lines),
        "category": frozenset(line["category"] for line in lines),
    }


def _truth(
    number: str,
    row: Row,
    first: Row,
    service: Service,
    warehouse: str,
    lines: Sequence[Row],
    journey: Journey | None,
    complaint: Complaint | None,
) -> Truth:
    return Truth(
        order_number=row["order_number"],
        shipment=number,
        mailbox=row["email"],
        placed_at=datetime.fromisoformat(row["placed_at"]),
        handed_over_at=journey.handed_over_at if journey else None,
        promised_at=journey.promised_at if journey else None,
        delivered_at=journey.arrives_at if journey else None,
        carrier=service.carrier,
        service=service.name,
        region=row["ship_to_region"],
        vendor=first["vendor"],
        vendor_region=first["vendor_region"],
        warehouse=warehouse,
        skus=" ".join(line["sku"] for line in lines),
        fate=journey.fate if journey else Fate.CANCELLED,
        late=bool(journey and journey.late),
        fault=journey.fault if journey else None,
        problem=complaint.problem if complaint else None,
        affected=complaint.affected if complaint else (),
        reports_at=complaint.at.replace(microsecond=0) if complaint else None,
    )


def _whole_seconds(journey: Journey) -> Journey:
    """Cut a journey to whole seconds, as scans carry them."""
    arrives = journey.arrives_at
    return replace(
        journey,
        handed_over_at=journey.handed_over_at.replace(microsecond=0),
        promised_at=journey.promised_at.replace(microsecond=0) if journey.promised_at else None,
        arrives_at=arrives.replace(microsecond=0) if arrives else None,
    )


def _one_report_each(parcels: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """Let a cancelled order be asked about once, and not for each of its parcels."""
    asked = [parcel for parcel in parcels if parcel.truth.fate is Fate.CANCELLED and parcel.truth.problem]
    return tuple(
        replace(parcel, truth=replace(parcel.truth, problem=None, affected=(), reports_at=None))
        if parcel in asked[1:]
        else parcel
        for parcel in parcels
    )


def _willing(parcels: Sequence[Parcel]) -> float:
    """Tell how willing somebody is to buy again after an order."""
    truths = [parcel.truth for parcel in parcels]
    if all(truth.fate is Fate.FINE and not truth.late for truth in truths):
        return GLAD
    return TOLD_US if any(truth.problem for truth in truths) else SAID_NOTHING


def scans_of(parcel: Parcel, dice: random.Random) -> Iterator[tuple[str, datetime, str]]:
    """Give the carrier's scans of a parcel: what, when, where. A lost one has a last scan, and nothing after it."""
    truth = parcel.truth
    if truth.handed_over_at is None:
        return
    yield "handed_over", truth.handed_over_at, truth.warehouse
    ends = truth.delivered_at or truth.handed_over_at + timedelta(days=6)
    for share in sorted(dice.random() for _ in range(dice.randint(1, 3))):
        hub = truth.region if share > 1 / 2 else truth.vendor_region
        yield "in_transit", truth.handed_over_at + (ends - truth.handed_over_at) * share * 0.9, hub
    if truth.delivered_at is not None:
        yield "out_for_delivery", ends - (ends - truth.handed_over_at) * 0.05, truth.region
        yield "delivered", truth.delivered_at, parcel.left_at or truth.region
