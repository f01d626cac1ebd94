"""Enter the lane to the provider: a slot for each call, a pause where it asks for one, shut where our key is bad.

All workers share one lane. Taking a slot is one statement of its own, and nobody waits inside of a transaction.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from portal.domain.errors import NotFound
from portal.domain.lane import Offset, gap
from portal.domain.ports import LaneShut, ProviderBusy, ProviderLocked, RefundRefused
from portal.domain.troubles import TroubleKind
from portal.records import refund_lane
from portal.services.close_trouble import came_right
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)
_LANE = "refunds"
# A pause as short as this is waited for here; for a longer one the work is put back.
_WORTH_WAITING_SECONDS = 1.0
_TRIES = 3
_AT_LEAST_SECONDS = 1.0
# The slots of a second take forty milliseconds more than that: what leaves later than half of it takes another slot.
_LATE_SECONDS = 0.02
# So many calls of one process may be under way: answers that take half a minute leave its other threads to other work.
_SEATS = threading.BoundedSemaphore(6)
_WAITS_FOR_SEAT_SECONDS = 0.5
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Pass:
    """A slot that was taken. is_probe: tries our key again.

    due_at, leaves_at: by the machine's steady clock, when the slot comes at the earliest and at the latest, as far as
    that and the database's clock are known to be apart. answered_in: the seconds that the database took.
    """

    due_at: float
    leaves_at: float
    is_probe: bool
    answered_in: float

    def is_missed(self) -> bool:
        """Wait until the call may leave, and tell whether it is too late for that. No transaction is open."""
        time.sleep(max(self.leaves_at - time.monotonic(), 0.0))
        return time.monotonic() - self.due_at > _LATE_SECONDS


@contextmanager
def seat() -> Iterator[None]:
    """Hold one of this process's seats for calls about refunds; raise LaneShut where all stay taken."""
    if not _SEATS.acquire(timeout=_WAITS_FOR_SEAT_SECONDS):
        raise LaneShut(_AT_LEAST_SECONDS)
    try:
        yield
    finally:
        _SEATS.release()


class _Clocks:
    """What this process has learned of the database's clock: a slow answer does not make a slot uncertain."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Offset | None = None

    def learn(self, told_at: float, asked_at: float, answered_at: float) -> Offset:
        """Take in that the database's clock said so at some moment between question and answer; give what is known."""
        newer = Offset(asked_at - told_at, answered_at - told_at, answered_at)
        with self._lock:
            self._known = newer if self._known is None else self._known.narrowed(newer)
            return self._known


_CLOCKS = _Clocks()


def enter_lane(toolkit: Toolkit, lead: float = 0.0) -> Pass:
    """Take the next slot of the lane; raise LaneShut, with the seconds to wait, where nothing may be sent now.

    lead: the seconds that the answer is expected to take, so that the slot has not passed by then.
    """
    seconds = 0.0
    for _ in range(_TRIES):
        asked_at = time.monotonic()
        with toolkit.reading() as session:
            long = gap(toolkit.refunds_a_second)
            slot = refund_lane.take_slot(session, toolkit.now(), long, timedelta(seconds=lead))
        if slot is not None:
            answered_at = time.monotonic()
            apart = _CLOCKS.learn(slot.told_at, asked_at, answered_at)
            due_at, leaves_at = slot.leaves_at + apart.low, slot.leaves_at + apart.high
            return Pass(due_at, leaves_at, slot.is_probe, answered_at - asked_at)
        with toolkit.reading() as session:
            seconds = refund_lane.shut_for(session, toolkit.now())
        if seconds > _WORTH_WAITING_SECONDS:
            break
        time.sleep(seconds)
    raise LaneShut(max(seconds, _AT_LEAST_SECONDS))


def wait_for_slot(toolkit: Toolkit, entered: Pass) -> Pass:
    """Wait for the slot and give the pass to leave with: another one where this machine was too busy to leave in it.

    Raises LaneShut.
    """
    for _ in range(_TRIES):
        # A try of our key waits a minute for the next one, so it leaves late rather than not.
        if not entered.is_missed() or entered.is_probe:
            return entered
        # The answer may take as long again, and a slot that passes before it comes would be lost too.
        entered = enter_lane(toolkit, min(entered.answered_in, _WORTH_WAITING_SECONDS))
    entered.is_missed()
    return entered


def in_turn(toolkit: Toolkit, ask: Callable[[], _Answer], entered: Pass | None = None) -> _Answer:
    """Ask the provider in a slot of the lane, and open or shut the lane by what it says; give its answer.

    entered: a slot that was taken already. Raises LaneShut, and what the provider raises for the question itself.
    """
    leaving = wait_for_slot(toolkit, entered or enter_lane(toolkit))
    try:
        answer = ask()
    except (ProviderBusy, ProviderLocked) as error:
        raise shut_lane(toolkit, error) from error
    except (RefundRefused, NotFound):
        leave_lane(toolkit, leaving)
        raise
    leave_lane(toolkit, leaving)
    return answer


def leave_lane(toolkit: Toolkit, entered: Pass) -> None:
    """Open the lane again where a try got an answer: our key is good."""
    if entered.is_probe and _unlock(toolkit):
        log.info("the provider accepts our key again")
        came_right(toolkit, TroubleKind.PROVIDER_LOCKED, subject=_LANE)


@tried_again
def shut_lane(toolkit: Toolkit, why: ProviderBusy | ProviderLocked) -> LaneShut:
    """Slow the lane down, or lock it and tell a person once; give what to raise. Nothing has failed."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        if isinstance(why, ProviderBusy):
            refund_lane.pause(session, now)
        elif refund_lane.lock(session, now):
            open_trouble(session, TroubleKind.PROVIDER_LOCKED, subject=_LANE, now=now, reason=str(why))
        seconds = refund_lane.shut_for(session, now)
    return LaneShut(max(seconds, _AT_LEAST_SECONDS))


@tried_again
def _unlock(toolkit: Toolkit) -> bool:
    with toolkit.transaction() as session:
        return refund_lane.unlock(session)
