"""The prevention list: parcels that an open incident is about and that nothing has happened to yet."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.errors import AmendsError
from portal.domain.incidents import ABOUT

IN_TIME_FOR = timedelta(days=1)
"""A promised date counts to its end, as everywhere."""
OF_A_PARCEL = tuple(name for name in ABOUT if name != "problem")
"""What a parcel shares with what an incident is about, before anything is reported of it: all but the problem."""
LONGEST_NOTE = 4_000


class Told(StrEnum):
    """Whether whoever can call ahead was told by a message."""

    WAITING = "waiting"
    HEARD = "heard"
    REFUSED = "refused"
    """They said no for good."""
    OVERTAKEN = "overtaken"
    """It came, was late or was seen to before the message left."""


class Done(StrEnum):
    """What somebody did about it."""

    CALLED = "called"
    HELD = "held"
    REROUTED = "rerouted"
    NOTHING_POSSIBLE = "nothing_possible"


class Became(StrEnum):
    """What became of a parcel."""

    IN_TIME = "in_time"
    LATE = "late"
    CANCELLED = "cancelled"


class BadOutcome(AmendsError):
    """What was done cannot be kept as it was said."""


def why_listed(about: Mapping[str, str]) -> dict[str, str]:
    """Give the facts of an incident that a parcel can share; empty where none is, as for a problem alone."""
    return {name: about[name] for name in OF_A_PARCEL if name in about}


def what_became(
    *, order_over: bool, promised_at: datetime, delivered_at: datetime | None, now: datetime
) -> Became | None:
    """Tell what became of a parcel, by the promise that was made; none while it may still come in time."""
    due_at = promised_at + IN_TIME_FOR
    if delivered_at is not None and delivered_at <= now:
        return Became.IN_TIME if delivered_at < due_at else Became.LATE
    if order_over:
        return Became.CANCELLED
    return Became.LATE if due_at <= now else None
