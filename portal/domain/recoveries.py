"""Recoveries: what a vendor, a carrier or an insurer pays us of what an incident cost."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.domain.actors import Actor
from portal.domain.errors import AmendsError
from portal.domain.money import Money

EARLIEST = timedelta(days=3 * 366)
"""How long ago a payment may have come; whatever is typed of before is a slip of the hand."""
LONGEST_NAME, LONGEST_REASON = 80, 400
"""How many letters the name of who paid and their reference may have, and why a recovery is taken back."""


class BadRecovery(AmendsError):
    """A recovery cannot be written down as it was said; field: what is wrong of what was typed.

    told: the ref of the recovery that says the same already.
    """

    def __init__(self, why: str, field: str, told: str = "") -> None:
        """Keep the field, and what was told before."""
        super().__init__(why)
        self.field, self.told = field, told


class Payer(StrEnum):
    """Who paid."""

    VENDOR = "vendor"
    CARRIER = "carrier"
    INSURER = "insurer"


class RecoveryOutcome(StrEnum):
    """What a second person made of what the first wrote down."""

    BOOKED = "booked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came back of an incident: from whom, how much, on which day, under which reference of theirs; who says so.

    takes_back: the ref of the recovery that was an error and is undone by this one.
    """

    incident_ref: str
    payer: Payer
    payer_name: str
    amount: Money
    received_on: date
    reference: str
    actor: Actor
    reason: str = ""
    takes_back: str | None = None


def check_recovery(said: Recovery, today: date) -> None:
    """Raise BadRecovery for a payment of nobody, of nothing, without reference, of the future or of years ago."""
    if not said.amount.minor > 0:
        raise BadRecovery("nothing came", "amount")
    if not today - EARLIEST <= said.received_on <= today:
        raise BadRecovery("no such day has been", "received_on")
    for field, word in (("payer_name", said.payer_name), ("reference", said.reference)):
        if not 0 < len(word) <= LONGEST_NAME:
            raise BadRecovery(f"it has 1 to {LONGEST_NAME} letters", field)


def check_reason(reason: str) -> None:
    """Raise BadRecovery unless it is said why a recovery is taken back."""
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadRecovery(f"it is said in 1 to {LONGEST_REASON} letters", "reason")


def happened_at(received_on: date, now: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment at which a payment of a day is booked: now for today's, and noon where the shop is for others."""
    today = now.astimezone(zone).date()
    return now if received_on == today else datetime.combine(received_on, time(12), zone)
