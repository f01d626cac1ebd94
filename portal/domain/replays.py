"""Replays: which past claims a policy is replayed over, and how far such a replay is."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.errors import AmendsError

MOST_EVERY = 10_000
MOST_MINUTES = 600
LONGEST_DAYS = 3 * 366
USUAL_MINUTES = 6
USUAL_DAYS = 90


class ReplayState(StrEnum):
    """How far a replay is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


UNDER_WAY = frozenset({ReplayState.WAITING, ReplayState.RUNNING})


class BadReplay(AmendsError):
    """A replay cannot be asked for so; part names what was chosen wrongly, why says what is wrong with it."""

    def __init__(self, part: str, why: str) -> None:
        """Keep the part (policy, since, until, market, every, minutes) and the reason."""
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, why


@dataclass(frozen=True, slots=True)
class Span:
    """Which past claims: reported from a day to another, both included, in one market or all; one in ``every``."""

    since_on: date
    until_on: date
    market: str | None
    every: int


def check_span(span: Span, today: date) -> None:
    """Raise BadReplay for days that cannot be, or begin after today, and for a bad sample."""
    check_days(span)
    if span.since_on > today:
        raise BadReplay("since", "not_yet")
    if not 1 <= span.every <= MOST_EVERY:
        raise BadReplay("every", "sample")


def check_days(span: Span) -> None:
    """Raise BadReplay for days that end before they begin, or are too many."""
    if span.until_on < span.since_on:
        raise BadReplay("until", "ends_before")
    if span.until_on - span.since_on > timedelta(days=LONGEST_DAYS):
        raise BadReplay("since", "too_long")
