"""Who complains, of what, and when: not everybody does, and hardly anybody at once."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.problems import Problem
from portal.sandbox.year.given import Row
from portal.sandbox.year.parcels import Journey
from portal.sandbox.year.truth import Affected, Fate

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a customer will report, and when."""

    problem: Problem
    affected: tuple[Affected, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Habit:
    """How many of a hundred report a fate, as what, and after how many days on average since it arrived."""

    share: float
    problem: Problem
    days: float


_HABITS = {
    Fate.NEIGHBOUR: _Habit(0.85, Problem.MISSING_PACKAGE, 1.0),
    Fate.DAMAGED: _Habit(0.85, Problem.DAMAGED, 1.5),
    Fate.WRONG: _Habit(0.9, Problem.WRONG, 1.5),
    Fate.MISSING_LINE: _Habit(0.9, Problem.MISSING_LINE, 1.0),
    Fate.FAULTY: _Habit(0.75, Problem.FAULTY, 25.0),
    Fate.NOT_AS_DESCRIBED: _Habit(0.6, Problem.NOT_AS_DESCRIBED, 4.0),
}
_LOST_SHARE, _LOST_EARLY, _LOST_DAYS, _EARLY_DAYS = 0.92, 0.12, 4.0, 5.0
_LATE_SHARE, _WHILE_WAITING, _CALLS_IT_MISSING, _LATE_DAYS = 0.3, 0.5, 0.3, 1.0
# Where nothing went wrong that we know of: something else, a charge, a parcel that did come.
_OTHER, _CHARGED, _DENIED = 0.002, 0.001, 0.0025
_CANCELLED_SHARE, _CANCELLED_DAYS = 0.12, 6.0
_WITHOUT_PROMISE = timedelta(days=21)
_ALL_UNITS = 0.4
_LONGEST_DAYS = 85.0


def complaint_of(dice: random.Random, journey: Journey, lines: Sequence[Row]) -> Complaint | None:
    """Tell what is said of a parcel that was sent; nothing where its customer says nothing."""
    if journey.fate is Fate.LOST:
        return _of_lost(dice, journey, lines)
    arrives_at = journey.arrives_at
    if arrives_at is None:
        return None
    habit = _HABITS.get(journey.fate)
    if habit is not None:
        told = dice.random() < habit.share
        at = _days_after(dice, arrives_at, habit.days)
        # What never came is said of the whole parcel, anything else of one line of it.
        whole = habit.problem is Problem.MISSING_PACKAGE
        affected = _whole(lines) if whole else _one(dice, lines)
        return Complaint(habit.problem, affected, at) if told else None
    if journey.late:
        return _of_late(dice, journey, arrives_at, lines)
    return _of_nothing(dice, arrives_at, lines)


def complaint_of_cancelled(dice: random.Random, placed_at: datetime, lines: Sequence[Row]) -> Complaint | None:
    """Tell what is said of an order that was cancelled: some ask where their money is."""
    if dice.random() >= _CANCELLED_SHARE:
        return None
    return Complaint(Problem.CHARGED_WRONGLY, _whole(lines), _days_after(dice, placed_at, _CANCELLED_DAYS))


def _of_lost(dice: random.Random, journey: Journey, lines: Sequence[Row]) -> Complaint | None:
    told, early = dice.random() < _LOST_SHARE, dice.random() < _LOST_EARLY
    promised = journey.promised_at or journey.handed_over_at + _WITHOUT_PROMISE
    if early:
        at = promised - timedelta(days=dice.uniform(0, _EARLY_DAYS))
    else:
        at = _days_after(dice, promised + _ONE_DAY, _LOST_DAYS)
    at = max(at, journey.handed_over_at + _ONE_DAY)
    return Complaint(Problem.MISSING_PACKAGE, _whole(lines), at) if told else None


def _of_late(dice: random.Random, journey: Journey, arrives_at: datetime, lines: Sequence[Row]) -> Complaint | None:
    told, waits, missing = (dice.random() for _ in range(3))
    begins = max((journey.promised_at or arrives_at) + _ONE_DAY, journey.handed_over_at + _ONE_DAY)
    if told >= _LATE_SHARE:
        return None
    if waits < _WHILE_WAITING and begins + _ONE_DAY < arrives_at:
        problem = Problem.MISSING_PACKAGE if missing < _CALLS_IT_MISSING else Problem.LATE
        return Complaint(problem, _whole(lines), begins + (arrives_at - begins) * dice.random())
    return Complaint(Problem.LATE, _whole(lines), _days_after(dice, arrives_at, _LATE_DAYS))


def _of_nothing(dice: random.Random, arrives_at: datetime, lines: Sequence[Row]) -> Complaint | None:
    luck = dice.random()
    for share, problem in (
        (_OTHER, Problem.OTHER),
        (_CHARGED, Problem.CHARGED_WRONGLY),
        (_DENIED, Problem.MISSING_PACKAGE),
    ):
        if luck < share:
            return Complaint(problem, _whole(lines), _days_after(dice, arrives_at, _LATE_DAYS))
        luck -= share
    return None


def _days_after(dice: random.Random, moment: datetime, days: float) -> datetime:
    """Give a moment some days later; nobody waits for longer than what a shop's patience usually is."""
    return moment + timedelta(hours=1, days=min(dice.expovariate(1 / days), _LONGEST_DAYS))


def _whole(lines: Sequence[Row]) -> tuple[Affected, ...]:
    return tuple(Affected(int(row["line_number"]), int(row["quantity"])) for row in lines)


def _one(dice: random.Random, lines: Sequence[Row]) -> tuple[Affected, ...]:
    row = dice.choice(lines)
    quantity = int(row["quantity"])
    return (Affected(int(row["line_number"]), quantity if dice.random() < _ALL_UNITS else 1),)
