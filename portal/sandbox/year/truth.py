"""What really happened to each parcel of a made-up year; those who look for patterns are held to it.

A shop never knows this of its own orders. ``docs/shop-year.md`` explains the file.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from portal.domain.problems import Problem


class Fate(StrEnum):
    """What became of a parcel, beside whether it was late."""

    FINE = "fine"
    LOST = "lost"
    NEIGHBOUR = "neighbour"
    """It was left with somebody else, and its customer never got it."""
    DAMAGED = "damaged"
    WRONG = "wrong"
    MISSING_LINE = "missing_line"
    FAULTY = "faulty"
    NOT_AS_DESCRIBED = "not_as_described"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Affected:
    """A line that is complained about, by its number in the order, and how many units of it."""

    line_number: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Truth:
    """One parcel. A moment is None where it never happens; it may lie after the end of the year.

    fault: the number of the injected fault that caused its fate or its lateness, from 1, or nothing. problem, affected
    and reports_at: what its customer will say of it, and when; problem is None where they say nothing.
    """

    order_number: str
    shipment: str
    mailbox: str
    placed_at: datetime
    handed_over_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    carrier: str
    service: str
    region: str
    vendor: str
    vendor_region: str
    warehouse: str
    skus: str
    fate: Fate
    late: bool
    fault: int | None
    problem: Problem | None
    affected: tuple[Affected, ...]
    reports_at: datetime | None

    @property
    def lane(self) -> str:
        """Name the lane as an injected fault does."""
        return f"{self.carrier}/{self.service}/{self.region}"


COLUMNS = tuple(field.name for field in fields(Truth))


def write_truth(file: TextIO, truths: Iterable[Truth]) -> None:
    """Write truths as CSV with one header line."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_written(value) for value in _values(truth)] for truth in truths)


def read_truth(file: TextIO) -> Iterator[Truth]:
    """Read what ``write_truth`` wrote."""
    for row in csv.DictReader(file):
        yield Truth(
            order_number=row["order_number"],
            shipment=row["shipment"],
            mailbox=row["mailbox"],
            placed_at=datetime.fromisoformat(row["placed_at"]),
            handed_over_at=_moment(row["handed_over_at"]),
            promised_at=_moment(row["promised_at"]),
            delivered_at=_moment(row["delivered_at"]),
            carrier=row["carrier"],
            service=row["service"],
            region=row["region"],
            vendor=row["vendor"],
            vendor_region=row["vendor_region"],
            warehouse=row["warehouse"],
            skus=row["skus"],
            fate=Fate(row["fate"]),
            late=row["late"] == "yes",
            fault=int(row["fault"]) if row["fault"] else None,
            problem=Problem(row["problem"]) if row["problem"] else None,
            affected=tuple(_affected(pair) for pair in row["affected"].split()),
            reports_at=_moment(row["reports_at"]),
        )


def _values(truth: Truth) -> Iterator[object]:
    return (getattr(truth, name) for name in COLUMNS)


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join("x".join(str(part) for part in astuple(one)) for one in value)
    return str(value)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _affected(pair: str) -> Affected:
    number, _, quantity = pair.partition("x")
    return Affected(int(number), int(quantity))
