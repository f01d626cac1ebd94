"""Periods: from a day to a day, both included; and the ones that finance asks for by name."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.errors import AmendsError

_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
_WRITTEN = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadPeriod(AmendsError):
    """The two days are no period; part names the day that is wrong: from or to."""

    def __init__(self, part: str, why: str) -> None:
        """Keep which day, and why: no_day, too_far, or ends_before."""
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, why


class Preset(StrEnum):
    """A period by name."""

    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    THIS_YEAR = "this_year"


@dataclass(frozen=True, slots=True)
class Period:
    """All days from the first to the last, both included."""

    first: date
    last: date


def read_period(first: str, last: str) -> Period:
    """Read two days as ``2026-01-31``; raise BadPeriod for anything else, and where the last comes before the first."""
    period = Period(_day("from", first), _day("to", last))
    if period.last < period.first:
        raise BadPeriod("to", "ends_before")
    return period


def preset(name: Preset, today: date) -> Period:
    """Give a period by name, seen from a day; a period that is still running ends on that day."""
    month = today.replace(day=1)
    if name is Preset.LAST_MONTH:
        last = month - timedelta(days=1)
        return Period(last.replace(day=1), last)
    if name is Preset.THIS_QUARTER:
        return Period(month.replace(month=(today.month - 1) // 3 * 3 + 1), today)
    return Period(month.replace(month=1) if name is Preset.THIS_YEAR else month, today)


def _day(part: str, text: str) -> date:
    """Read one day; only the one notation, because others (weeks, days of the year) are easily mistaken."""
    try:
        day = date.fromisoformat(text if _WRITTEN.fullmatch(text) else "")
    except ValueError as error:
        raise BadPeriod(part, "no_day") from error
    if not _FIRST <= day <= _LAST:
        raise BadPeriod(part, "too_far")
    return day
