"""Store credit: which lots pay and in what order, how much is free, how long it may be set aside, and its codes.

The soonest expiry pays first, so what a hold was promised is never taken by another one: a live hold can always be
captured whole (see `held_until`).
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.errors import BadAmount, Conflict, NotEnoughCredit
from portal.domain.money import Money, total, zero
from portal.domain.refs import ALPHABET

HOLD_LASTS = timedelta(minutes=30)
_GROUPS, _GROUP_LENGTH = 3, 4
_LONGEST_TYPED = 40


class Origin(StrEnum):
    """Where credit comes from: it takes the place of money that was paid, or it is a gift."""

    PAID_VALUE = "paid_value"
    GOODWILL = "goodwill"


class HoldState(StrEnum):
    """The life of a hold. An expired one may still be captured where the credit is free, or be released."""

    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


class ShortOfCredit(NotEnoughCredit):
    """The account has less to spend than what was asked; available tells how much it has."""

    def __init__(self, available: Money) -> None:
        """Keep what is there."""
        super().__init__(f"{available.minor} {available.currency} of credit is available")
        self.available = available


class WrongCurrency(Conflict):
    """The credit is in another currency than what was asked; currency tells which."""

    def __init__(self, currency: str) -> None:
        """Keep the currency of the account."""
        super().__init__(f"the credit is in {currency}")
        self.currency = currency


class HoldSettled(Conflict):
    """The hold has ended another way; state tells which."""

    def __init__(self, state: HoldState) -> None:
        """Keep how it ended."""
        super().__init__(f"the hold is {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class Lot:
    """One grant of credit with what is left of it. Without expires_at it never ends."""

    ref: str
    left: Money
    issued_at: datetime
    expires_at: datetime | None = None

    def is_spendable(self, at: datetime) -> bool:
        """Tell whether something is left that has not expired."""
        return self.left.minor > 0 and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class LiveHold:
    """Credit that a checkout has set aside until a moment."""

    amount: Money
    expires_at: datetime


def available(lots: Iterable[Lot], holds: Iterable[LiveHold], currency: str, at: datetime) -> Money:
    """Tell what is free to spend at a moment: what is left in spendable lots, less what is set aside."""
    left = total([lot.left for lot in lots if lot.is_spendable(at)], currency)
    return left - total([hold.amount for hold in holds if at < hold.expires_at], currency)


def held_until(lots: Sequence[Lot], holds: Sequence[LiveHold], amount: Money, now: datetime) -> datetime:
    """Tell until when an amount can be set aside: half an hour, or less where a lot that it needs expires before.

    At every moment before the answer the spendable lots cover all live holds, this one included; spending the soonest
    expiry first keeps it so. Raise ShortOfCredit where there is less now, BadAmount for nothing or less.
    """
    if amount.minor <= 0:
        raise BadAmount("only an amount above zero can be set aside")
    free = available(lots, holds, amount.currency, now)
    if free < amount:
        raise ShortOfCredit(max(free, zero(amount.currency)))
    latest = now + HOLD_LASTS
    ends = sorted(lot.expires_at for lot in lots if lot.expires_at is not None and now < lot.expires_at < latest)
    for end in ends:
        if available(lots, holds, amount.currency, end) < amount:
            return end
    return latest


def spend_plan(lots: Iterable[Lot], amount: Money, now: datetime) -> list[tuple[Lot, Money]]:
    """Tell what each lot pays: soonest expiry first, then the oldest; what never expires comes last.

    Raise ShortOfCredit where the lots hold less, BadAmount for nothing or less.
    """
    if amount.minor <= 0:
        raise BadAmount("only an amount above zero can be spent")
    payers = sorted((lot for lot in lots if lot.is_spendable(now)), key=_turn)
    plan, missing = [], amount
    for lot in payers:
        part = min(lot.left, missing)
        if part:
            plan.append((lot, part))
            missing -= part
    if missing:
        raise ShortOfCredit(amount - missing)
    return plan


def _turn(lot: Lot) -> tuple[bool, float, datetime, str]:
    soonest = 0.0 if lot.expires_at is None else lot.expires_at.timestamp()
    return lot.expires_at is None, soonest, lot.issued_at, lot.ref


def new_code() -> str:
    """Make a code such as ``K3QA-7RDW-PXT4`` (12 letters of 23: 54 bits)."""
    letters = [secrets.choice(ALPHABET) for _ in range(_GROUPS * _GROUP_LENGTH)]
    return _grouped("".join(letters))


def read_code(typed: str) -> str | None:
    """Read a code as people type it, in any case, with or without spaces and hyphens; None where it cannot be one."""
    if len(typed) > _LONGEST_TYPED:
        return None
    letters = "".join(typed.split()).replace("-", "").upper()
    if len(letters) != _GROUPS * _GROUP_LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP_LENGTH] for start in range(0, len(letters), _GROUP_LENGTH))
