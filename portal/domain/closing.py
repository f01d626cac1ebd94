"""The close of a month: which months may be closed, and by whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.domain.periods import BadPeriod, Period

_WRITTEN = re.compile(r"(20[0-9]{2}|2[1-9][0-9]{2})-(0[1-9]|1[0-2])")


class NotOverYet(Conflict):
    """The month still runs, so that more may happen in it."""


class AlreadyClosed(Conflict):
    """The month, or a later one, is closed; what is closed is never opened again."""


class BeingClosed(Conflict):
    """Somebody else is closing a month at this very moment."""


class LooksOtherwise(Conflict):
    """More has come into the month since it was shown."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is to be closed, by whom. currency: None for all. seen: how many entries they were shown, or None."""

    month: Period
    currency: str | None
    actor: Actor
    seen: int | None = None


def read_month(text: str) -> Period:
    """Read a month such as ``2026-01``; raise BadPeriod for anything else."""
    if not _WRITTEN.fullmatch(text):
        raise BadPeriod("month", "no_month")
    return month_of(date.fromisoformat(f"{text}-01"))


def month_of(day: date) -> Period:
    """Give the month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def months_between(first: date, today: date) -> list[Period]:
    """List the months that are over, from the one of a day on."""
    month, months = month_of(first), []
    while month.last < today:
        months.append(month)
        month = month_of(month.last + timedelta(days=1))
    return months


def check_closable(month: Period, today: date, closed_to: date | None) -> None:
    """Raise NotOverYet or AlreadyClosed unless the month may be closed. closed_to: the last day that is closed."""
    if today <= month.last:
        raise NotOverYet(f"{month.last} is not over")
    if closed_to is not None and month.last <= closed_to:
        raise AlreadyClosed(f"everything up to {closed_to} is closed")


def needs_another(unmatched: Sequence[str], actor: Actor, asked_by: str | None) -> bool:
    """Tell whether another person has to close it: something is unmatched, and nobody but this one has asked so far."""
    return bool(unmatched) and asked_by in {None, str(actor)}
