"""Store credit: which lots pay and in what order, how much is free, what goes back where, and its codes.

A hold may take every lot that had not ended when the hold was made, so that a checkout which has begun is never let
down by a date. The soonest expiry pays first, and what a hold was promised is never taken by anything else: a live
hold can always be captured whole (see `available`).
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.errors import BadAmount, Conflict, NotEnoughCredit
from portal.domain.money import Money, total, zero
from portal.domain.refs import ALPHABET

HOLD_LASTS = timedelta(minutes=30)
# Credit that comes back from a cancelled order can be spent for at least so long.
GRACE = timedelta(days=30)
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
    """The hold has ended another way, or not at all yet; state tells which."""

    def __init__(self, state: HoldState) -> None:
        """Keep how it stands."""
        super().__init__(f"the hold is {state}")
        self.state = state


class MoreThanCaptured(BadAmount):
    """More is to go back than what was captured and has not gone back yet; left tells how much that is."""

    def __init__(self, left: Money) -> None:
        """Keep what could still go back."""
        super().__init__(f"{left.minor} {left.currency} of what was captured can still go back")
        self.left = left


@dataclass(frozen=True, slots=True)
class Lot:
    """One grant of credit with what is left of it. Without expires_at it never ends."""

    ref: str
    left: Money
    issued_at: datetime
    expires_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether its time was not over at a moment."""
        return self.expires_at is None or at < self.expires_at

    def is_spendable(self, at: datetime) -> bool:
        """Tell whether something is left for whoever asked at a moment."""
        return self.left.minor > 0 and self.is_open(at)


@dataclass(frozen=True, slots=True)
class LiveHold:
    """Credit that a checkout has set aside, from a moment until another."""

    amount: Money
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a capture took from a lot and has not given back yet. ended: nothing can go into the lot any more."""

    lot: Lot
    amount: Money
    ended: bool = False


def available(lots: Sequence[Lot], holds: Iterable[LiveHold], currency: str, at: datetime) -> Money:
    """Tell what is free to spend at a moment while every live hold can still be captured whole; it may be below zero.

    A hold takes only lots that were open when it was made, so the holds made from any moment on must fit into what
    was open at that moment, and that is all that is asked: of two holds, the older may take all that the younger may.
    """
    live = [hold for hold in holds if at < hold.expires_at]
    moments = {at, *(hold.made_at for hold in live)}
    return min(_slack(lots, live, currency, moment) for moment in moments)


def _slack(lots: Iterable[Lot], live: Iterable[LiveHold], currency: str, since: datetime) -> Money:
    left = total([lot.left for lot in lots if lot.is_spendable(since)], currency)
    return left - total([hold.amount for hold in live if since <= hold.made_at], currency)


def check_free(lots: Sequence[Lot], holds: Iterable[LiveHold], amount: Money, now: datetime) -> None:
    """Raise ShortOfCredit where less than an amount is free now, BadAmount for nothing or less."""
    if amount.minor <= 0:
        raise BadAmount("only an amount above zero can be set aside or taken")
    free = available(lots, holds, amount.currency, now)
    if free < amount:
        raise ShortOfCredit(max(free, zero(amount.currency)))


def spend_plan(lots: Iterable[Lot], amount: Money, since: datetime) -> list[tuple[Lot, Money]]:
    """Tell what each lot pays to whoever asked at a moment: soonest expiry first, then the oldest; without one last.

    Raise ShortOfCredit where the lots hold less, BadAmount for nothing or less.
    """
    if amount.minor <= 0:
        raise BadAmount("only an amount above zero can be spent")
    payers = sorted((lot for lot in lots if lot.is_spendable(since)), key=_turn)
    plan, missing = [], amount
    for lot in payers:
        part = min(lot.left, missing)
        if part:
            plan.append((lot, part))
            missing -= part
    if missing:
        raise ShortOfCredit(amount - missing)
    return plan


def give_back_plan(taken: Iterable[Taken], amount: Money) -> list[tuple[Taken, Money]]:
    """Tell what goes back where: what ends last goes back first, so that the customer has the longest of it.

    Raise MoreThanCaptured where less was taken than that, BadAmount for nothing or less.
    """
    if amount.minor <= 0:
        raise BadAmount("only an amount above zero goes back")
    plan, missing = [], amount
    for one in sorted(taken, key=lambda one: _turn(one.lot), reverse=True):
        part = min(one.amount, missing)
        if part:
            plan.append((one, part))
            missing -= part
    if missing:
        raise MoreThanCaptured(amount - missing)
    return plan


def new_end(taken: Taken, now: datetime) -> datetime | None:
    """Tell when a lot of its own has to end that takes what comes back; None where the old lot takes it.

    The old lot takes it where it is open for the grace at least. Prolonging it instead would prolong all the rest.
    """
    ends = taken.lot.expires_at
    grace = now + GRACE
    if not taken.ended and (ends is None or grace <= ends):
        return None
    return grace


def over_and_free(lots: Iterable[Lot], holds: Collection[LiveHold], now: datetime) -> list[Lot]:
    """List the lots whose time is over and which no live hold may still take from."""
    live = [hold for hold in holds if now < hold.expires_at]
    over = (lot for lot in lots if not lot.is_open(now))
    return [lot for lot in over if not any(lot.is_open(hold.made_at) for hold in live)]


def reversible(lot: Lot, lots: Sequence[Lot], holds: Iterable[LiveHold], now: datetime) -> Money:
    """Tell how much of a lot can be taken back: what is neither spent nor promised to a checkout that is open."""
    currency = lot.left.currency
    live = [hold for hold in holds if now < hold.expires_at]
    touched = (hold.made_at for hold in live if lot.is_open(hold.made_at))
    least = min((_slack(lots, live, currency, moment) for moment in touched), default=lot.left)
    return max(min(lot.left, least), zero(currency))


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
