"""Scripted faults: what the next calls meet, so that tests can see timeouts, 429, saved 500s and rolled keys."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from portal.sandbox.stripe_double.errors import StripeFault, bad_key, broken, too_fast

BEFORE, AFTER, SLOW = "before", "after-execute", "slow"
SAVED_500, SAVED_500_AFTER = "500-saved", "500-saved-after-execute"
_INSTEAD: dict[str, Callable[[], StripeFault]] = {
    "429": too_fast,
    "lock-timeout": lambda: too_fast("lock_timeout"),
    "401": bad_key,
    "403": lambda: StripeFault(403, "invalid_request_error", "This key may not do this.", code="missing_permission"),
    "500": broken,
    "503": lambda: StripeFault(503, "api_error", "Stripe is not available."),
}
MODES = frozenset({BEFORE, AFTER, SLOW, SAVED_500, SAVED_500_AFTER, "half-answer", *_INSTEAD})


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the next ``count`` calls whose method and path fit.

    before and after-execute wait ``seconds`` and then drop the connection without an answer; slow only waits.
    """

    mode: str
    count: int = 1
    seconds: float = 0.0
    method: str = "POST"
    path: str = "/v1/"

    def instead(self) -> StripeFault | None:
        """Give the error that is answered in place of any work; None where work is done."""
        make = _INSTEAD.get(self.mode)
        return None if make is None else make()


class FaultScript:
    """The faults that wait for their calls, first in first out."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let a fault wait."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Tell which faults wait."""
        with self._lock:
            return list(self._waiting)

    def take(self, method: str, path: str) -> Fault | None:
        """Take one use of the first fault that fits a call."""
        if not self._waiting:
            return None
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if method == fault.method and path.startswith(fault.path):
                    self._waiting[index] = replace(fault, count=fault.count - 1)
                    self._waiting = [left for left in self._waiting if left.count > 0]
                    return fault
        return None


def read_fault(given: dict[str, Any]) -> Fault:
    """Read a fault from JSON; raise ValueError where it is not one."""
    fault = Fault(**given)
    if fault.mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(sorted(MODES))}")
    return fault
