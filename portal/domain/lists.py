"""Lists: whom no limit holds back, and whom a person always answers, for a time and with a reason."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.domain.errors import AmendsError, Conflict
from portal.domain.limits import ListKind

LONGEST_DAYS = 365
USUAL_DAYS = 90


class BadEnd(AmendsError):
    """An entry has to end tomorrow at the earliest, and within a year."""


class AlreadyListed(Conflict):
    """The subject is on a list already: on this one, or on the other one, which has to end first."""

    def __init__(self, ref: str, kind: ListKind) -> None:
        """Keep the entry that stands, by its ref and the list that it is on."""
        super().__init__(ref)
        self.ref, self.kind = ref, kind


def last_days(today: date) -> tuple[date, date]:
    """Give the first and the last day that an entry may end on."""
    return today + timedelta(days=1), today + timedelta(days=LONGEST_DAYS)


def end_of(day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment at which an entry ends whose last day this is, by the shop's own time. Raises BadEnd."""
    first, last = last_days(now.astimezone(zone).date())
    if not first <= day <= last:
        raise BadEnd(day.isoformat())
    return datetime.combine(day + timedelta(days=1), time(), zone)
