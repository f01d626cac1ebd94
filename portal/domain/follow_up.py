"""Did we make it right? When a remedy has arrived, when it is asked about, and what an answer does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.claims import ClaimState

BANK_TAKES = timedelta(days=14)
"""Ten working days: as long as the letter says that a bank takes at most to show money that came back."""
SCANS_RUN_AHEAD = timedelta(days=1)
"""A parcel is marked as delivered up to a day before it is there."""
CREDIT_WAITS = timedelta(days=7)
"""How long store credit waits to be used before it counts as arrived."""
NO_SCAN_AFTER_ITS_DATE = timedelta(days=14)
NO_SCAN_AFTER_IT_LEFT = timedelta(days=30)
"""A new parcel of which nobody tells that it came is asked about all the same: it may have got lost in silence."""
LOOKS_AGAIN = timedelta(days=1)
"""How soon something is looked at again of which no date is known."""
BETWEEN_MAILS = timedelta(days=7)
"""A customer gets one such mail in this time, however many claims they have; a reminder counts."""
REMINDED_AFTER = timedelta(days=7)
CLOSED_AFTER = timedelta(days=14)
"""After the reminder."""
TOO_LATE_TO_ASK = timedelta(days=60)
"""What arrived longer ago than this is not asked about any more."""
ANSWERS_COUNT = timedelta(days=180)
"""Until how long after the question an answer is taken, by the link and on the page."""
MIND_CHANGES = timedelta(days=30)
"""Until how long after an answer another one takes its place."""
PERSON_ANSWERS = timedelta(hours=8)
"""Within which a named person answers a no."""


class Answer(StrEnum):
    """What the customer says."""

    YES = "yes"
    NO = "no"


class FollowUpState(StrEnum):
    """Where a question stands. The first three have a date; the rest are over."""

    WAITING = "waiting"
    """The remedy has not arrived, or another mail went to the customer just now."""
    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    CLOSED = "closed"
    """Nobody answered, or it was too late to ask: what became of it is not known."""
    OVERTAKEN = "overtaken"
    """What it asks about has moved on by itself: money came back, or the new parcel was reported."""


OPEN = frozenset({FollowUpState.WAITING, FollowUpState.ASKED, FollowUpState.REMINDED})
# Lines in these wait for an answer, or can still be answered for.
ANSWERABLE = frozenset({ClaimState.MADE_WHOLE, ClaimState.CLOSED_NOT_KNOWN})
# Something is still to happen for a claim with a line in one of these, so nothing is asked yet.
UNFINISHED = frozenset(
    {
        ClaimState.WAITING,
        ClaimState.OFFERED,
        ClaimState.ESCALATED,
        ClaimState.AWAITING_CUSTOMER,
        ClaimState.ACCEPTED,
    }
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A new parcel: when it left, when it was to arrive, and when a scan said that it had."""

    shipped_at: datetime | None
    arrives_on: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What one remedy that is carried out came to: when its refunds settled, its parcels, when its credit was given.

    credit_used_at: when any of the credit was first spent.
    """

    refunds_settled: Sequence[datetime]
    parcels: Sequence[Parcel]
    credit_given_at: datetime | None
    credit_used_at: datetime | None


def arrival(remedies: Iterable[CarriedOut], now: datetime) -> datetime:
    """Tell when the last of some remedies has arrived, or from when on that is asked, where it lies ahead."""
    return max((moment for one in remedies for moment in _moments(one, now)), default=now)


def _moments(one: CarriedOut, now: datetime) -> list[datetime]:
    moments = [settled + BANK_TAKES for settled in one.refunds_settled]
    moments += [_arrived(parcel, now) for parcel in one.parcels]
    if one.credit_given_at is not None:
        waited = one.credit_given_at + CREDIT_WAITS
        moments.append(min(waited, one.credit_used_at or waited))
    return moments


def _arrived(parcel: Parcel, now: datetime) -> datetime:
    if parcel.delivered_at is not None:
        return parcel.delivered_at + SCANS_RUN_AHEAD
    by_date = parcel.arrives_on and parcel.arrives_on + NO_SCAN_AFTER_ITS_DATE
    by_leaving = parcel.shipped_at and parcel.shipped_at + NO_SCAN_AFTER_IT_LEFT
    return max(filter(None, (by_date, by_leaving)), default=now + LOOKS_AGAIN)


def may_mail(last_mail: datetime | None, now: datetime) -> bool:
    """Tell whether a customer may get such a mail now."""
    return last_mail is None or now - last_mail >= BETWEEN_MAILS
