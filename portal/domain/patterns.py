"""Patterns: what is counted, against what, by which dimensions, and what becomes of one that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.errors import AmendsError
from portal.domain.problems import Problem

EXPLAINS_FOR = timedelta(days=56)
"""A pattern explains others for so long after it was seen, and after it was settled."""
DIMENSIONS = ("vendor", "lane", "carrier", "service", "origin", "region", "sku", "category", "weekday")
"""What a cell may be named by, alone or two together. origin: where it leaves, and weekday: when it was handed over."""

SAYS_NO_MORE = frozenset({("lane", "origin"), ("lane", "region"), ("origin", "region"), ("sku", "category")})
"""Pairs that name a cell which one of them, or another cell, names already."""

LANE_BETWEEN = "→"


class Measure(StrEnum):
    """What is counted, each unit once, on the day that settles it."""

    LATE = "late"
    """A parcel that has not arrived a day after the promised date."""
    SILENT = "silent"
    """A parcel that ten days after hand-over has neither arrived nor been scanned for seven."""
    ELSEWHERE = "elsewhere"
    """A parcel that the carrier left with somebody else."""
    MISSING = "missing"
    """A parcel that was reported as missing within ten days of the promised date."""
    DAMAGED = "damaged"
    """A line that was reported damaged within seven days of its delivery; and so are the next three."""
    WRONG = "wrong"
    FAULTY = "faulty"
    NOT_AS_DESCRIBED = "not_as_described"


class Family(StrEnum):
    """Measures that share their exposure: the units that settle on a day."""

    DUE = "due"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    OVERDUE = "overdue"
    USED = "used"


MEASURES: Mapping[Family, tuple[Measure, ...]] = {
    Family.DUE: (Measure.LATE,),
    Family.HANDED_OVER: (Measure.SILENT,),
    Family.DELIVERED: (Measure.ELSEWHERE,),
    Family.OVERDUE: (Measure.MISSING,),
    Family.USED: (Measure.DAMAGED, Measure.WRONG, Measure.FAULTY, Measure.NOT_AS_DESCRIBED),
}

STAKES: Mapping[Measure, float] = {measure: 0.3 if measure is Measure.LATE else 0.1 for measure in Measure}
"""How many false findings a year are staked on each measure: one for all of them."""

REPORTED_AS: Mapping[Measure, tuple[Problem, ...]] = {
    Measure.LATE: (Problem.LATE, Problem.MISSING_PACKAGE),
    Measure.SILENT: (Problem.MISSING_PACKAGE, Problem.LATE),
    Measure.ELSEWHERE: (Problem.MISSING_PACKAGE,),
    Measure.MISSING: (Problem.MISSING_PACKAGE,),
    Measure.DAMAGED: (Problem.DAMAGED,),
    Measure.WRONG: (Problem.WRONG, Problem.MISSING_LINE),
    Measure.FAULTY: (Problem.FAULTY,),
    Measure.NOT_AS_DESCRIBED: (Problem.NOT_AS_DESCRIBED,),
}
"""The problems of the claim lines that a pattern is about."""


class PatternState(StrEnum):
    """Where a pattern stands. A person decides once; what was decided stays."""

    NEW = "new"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class BadPattern(AmendsError):
    """A pattern cannot be decided as it was said."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often it happened among how many, and how often it usually does."""

    exposure: int
    events: int
    usual: float

    @property
    def times(self) -> float:
        """Give how many times as often as usual."""
        return self.events / self.usual if self.usual > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Week:
    """Counts of a week of one cell, by its first day."""

    from_on: date
    exposure: int
    events: int


def explains_on(day: date, settled_on: date | None) -> bool:
    """Tell whether a pattern explains others on a day; settled_on: dismissed, or its incident closed; none: neither."""
    return settled_on is None or day <= settled_on + EXPLAINS_FOR


def about_of_cell(cell: Mapping[str, str]) -> dict[str, str] | None:
    """Give what an incident about a cell is about; none where claims do not tell a part, as the day of hand-over."""
    about: dict[str, str] = {}
    for dimension, word in cell.items():
        if dimension not in _TOLD_BY_CLAIMS:
            return None
        words = word.split(LANE_BETWEEN, 1) if dimension == "lane" else [word]
        about |= zip(_TOLD_BY_CLAIMS[dimension], words, strict=True)
    return about


_TOLD_BY_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "vendor": ("vendor",),
    "lane": ("vendor_region", "ship_to_region"),
    "carrier": ("carrier",),
    "service": ("service",),
    "origin": ("vendor_region",),
    "region": ("ship_to_region",),
    "sku": ("sku",),
    "category": ("category",),
}
