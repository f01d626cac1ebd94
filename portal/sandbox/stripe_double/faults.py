"""Scripted faults: what a call meets, how a refund goes, what becomes of an event; docs/sandbox.md tells them all."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.errors import StripeFault, broken, key_in_use, rolled_key, small_key, too_fast

BEFORE, AFTER, SLOW = "before", "after-execute", "slow"
CUT_BODY, HALF_ANSWER, BAD_GATEWAY = "cut-body", "half-answer", "502-page"
SAVED_500, SAVED_500_NOT_EXECUTED, REFUSED = "500-saved", "500-saved-not-executed", "refused"
OUTCOME = "outcome"
DROP, LOSE, DUPLICATE, DELAY, SHUFFLE = "drop-event", "lose-event", "duplicate-event", "delay-event", "shuffle-events"
# Answered in place of any work; nothing stays under the key.
INSTEAD: Mapping[str, Callable[[], StripeFault]] = {
    "429": too_fast,
    "lock-timeout": lambda: too_fast("lock_timeout"),
    "401": rolled_key,
    "403": small_key,
    "409": lambda: key_in_use("scripted"),
    "500-not-executed": broken,
    "503": lambda: StripeFault(503, "api_error", "Stripe is not available."),
}
OF_CALLS = frozenset(
    (BEFORE, AFTER, SLOW, CUT_BODY, HALF_ANSWER, BAD_GATEWAY, SAVED_500, SAVED_500_NOT_EXECUTED, REFUSED, *INSTEAD)
)
OF_REFUNDS = frozenset({OUTCOME})
OF_EVENTS = frozenset({DROP, LOSE, DUPLICATE, DELAY, SHUFFLE})
ACTIONS = OF_CALLS | OF_REFUNDS | OF_EVENTS
_CARD_ERRORS = frozenset({"card_declined", "expired_card"})
_TYPES: dict[str, type | tuple[type, ...]] = {
    "times": (int, type(None)),
    "probability": (int, float),
    "after_seconds": (int, float, type(None)),
    **dict.fromkeys(("seed", "skip", "milliseconds", "copies"), int),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the script: an action, what it fits, and how often.

    method and path (a pattern with ``*``) choose calls, event (a pattern) chooses events. The first ``skip`` that fit
    pass; of the rest each is met with a probability, drawn by the seed, at most ``times`` times (None is for ever).
    milliseconds: how long slow, before and after-execute wait, how late an event comes, how wide a shuffle is.
    copies: of duplicate-event. behaviour and after_seconds (by the double's clock): of outcome. code: of refused.
    """

    action: str
    method: str = "POST"
    path: str = "/v1/refunds"
    event: str = "*"
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    skip: int = 0
    milliseconds: int = 0
    copies: int = 2
    behaviour: str = "pending"
    after_seconds: float | None = None
    code: str = "balance_insufficient"

    @property
    def seconds(self) -> float:
        """Give the milliseconds as seconds."""
        return self.milliseconds / 1000

    def fits_call(self, method: str, path: str) -> bool:
        """Tell whether a call is meant."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)

    def fits_event(self, event_type: str) -> bool:
        """Tell whether an event is meant."""
        return fnmatchcase(event_type, self.event)

    def strikes(self, seen: int, hits: int) -> bool:
        """Tell whether the next that fits is met, after so many were seen and met; the same every time it is run."""
        if seen < self.skip or (self.times is not None and hits >= self.times):
            return False
        return self.probability >= 1 or self.dice(seen).random() < self.probability

    def dice(self, number: int) -> Random:
        """Give the dice of the number-th that fits."""
        return Random(f"{self.seed}/{self.action}/{number}")

    def refusal(self) -> StripeFault:
        """Give the final no of ``refused``, which stays under the key."""
        if self.code in _CARD_ERRORS:
            return StripeFault(402, "card_error", "The card said no.", code=self.code, kept=True)
        return StripeFault(400, "invalid_request_error", "Refused by the script.", code=self.code, kept=True)

    def as_json(self) -> dict[str, Any]:
        """Give what ``read_fault`` reads."""
        return asdict(self)


def read_fault(given: Mapping[str, Any]) -> Fault:
    """Read a fault from JSON; raise ValueError where it is not one."""
    known = {field.name for field in fields(Fault)}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{name} is no part of a fault; these are: {', '.join(sorted(known))}")
        fits = isinstance(value, _TYPES.get(name, str)) and not isinstance(value, bool)
        if not fits:
            raise ValueError(f"{name} cannot be {value!r}")
    if given.get("action") not in ACTIONS:
        raise ValueError(f"action is one of {', '.join(sorted(ACTIONS))}")
    if given.get("behaviour", "pending") not in BEHAVIOURS:
        raise ValueError(f"behaviour is one of {', '.join(BEHAVIOURS)}")
    fault = Fault(**given)
    if not 0 <= fault.probability <= 1 or min(fault.skip, fault.milliseconds, fault.copies - 1) < 0:
        raise ValueError("probability is 0 to 1; skip and milliseconds are not below 0, copies not below 1")
    if fault.times is not None and fault.times < 1:
        raise ValueError("times is 1 or more, or null for ever")
    return fault
