"""Kept or lost: those who reported a problem and people alike who had not, gathered by what is alike about them."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.journey import FEWEST, Kept


@dataclass(frozen=True, slots=True)
class Alike:
    """Some orders of one cell, and so many days after them. told_by: how those who reported are told apart.

    Nothing is told of who had not reported. persons: as how many people they count, where somebody has several. bought:
    after how many somebody bought again. worth: what these later orders came to in the order's own currency, in minor
    units; worth_squared: the sum of its squares.
    """

    cell: str
    days: int
    currency: str
    told_by: Mapping[Kept, str] | None
    count: int
    persons: float
    bought: int
    worth: float
    worth_squared: float


@dataclass(frozen=True, slots=True)
class Compared:
    """Those who reported a problem beside people alike: see ``JourneyKept`` of the records for each of them."""

    days: int
    grouped_by: Kept
    value: str
    currency: str
    reported: int
    matched: int
    alike: float
    share: float | None = None
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    worth_minor: int | None = None
    usual_worth_minor: int | None = None
    worth_low_minor: int | None = None
    worth_high_minor: int | None = None


def enough(matched: float, alike: float) -> bool:
    """Tell whether people are enough to say something about them."""
    return matched >= FEWEST and alike >= FEWEST
