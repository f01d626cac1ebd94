"""The journey as leaders look at it: over which days it is counted, and when one of its numbers says anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MONTHS_SHOWN = 12
"""The month that runs, and the eleven before it."""
WEEKS_KEPT = 5
"""The last whole week, and the four that it is held beside."""
EVERY = "*"
"""Stands for all stages, or all currencies, in place of one of them."""
SECOND_COUNTS = 2
"""A line counts once for having gone wrong, and so many times more for each time that what we did was not right."""
HORIZONS = (90, 180)
"""Within how many days of an order somebody bought again."""
QUICK = timedelta(days=2)
"""Carried out within this is quick."""
FEWEST = 30
"""Below so many on either side, people who are alike are too few to tell."""
_MONTHS_OF_A_YEAR = 12
_WEEK = timedelta(days=7)


class Span(StrEnum):
    """Over how long it is counted."""

    MONTH = "month"
    WEEK = "week"
    YEAR = "year"


class Kept(StrEnum):
    """By what those who reported a problem are told apart."""

    ALL = "all"
    REMEDY = "remedy"
    SPEED = "speed"
    OUTCOME = "outcome"
    REACHED = "reached"
    SCOPE = "scope"
    BEYOND = "beyond"
    """Whose problem was not ours, by what it was."""


class Asked(StrEnum):
    """By what it is told apart what customers said when they were asked whether it was made right."""

    MONTH = "month"
    """In which they were asked."""
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Days:
    """Days that are counted together, both ends included."""

    span: Span
    first: date
    last: date


def counted_days(today: date) -> Iterator[Days]:
    """Give the days that are counted: each month of a year that ends today, the whole of it, and the last weeks."""
    first = _months_before(today, MONTHS_SHOWN - 1)
    for back in range(MONTHS_SHOWN):
        begins = _months_before(today, back)
        ends = _months_before(today, back - 1) - timedelta(days=1)
        yield Days(Span.MONTH, begins, min(ends, today))
    yield Days(Span.YEAR, first, today)
    monday = this_week(today)
    for back in range(1, WEEKS_KEPT + 1):
        yield Days(Span.WEEK, monday - back * _WEEK, monday - (back - 1) * _WEEK - timedelta(days=1))


def this_week(today: date) -> date:
    """Give the Monday of the week that runs."""
    return today - timedelta(days=today.weekday())


def _months_before(today: date, back: int) -> date:
    """Give the first day of the month so many months before today's."""
    months = today.year * _MONTHS_OF_A_YEAR + today.month - 1 - back
    return date(months // _MONTHS_OF_A_YEAR, months % _MONTHS_OF_A_YEAR + 1, 1)
