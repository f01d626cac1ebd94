"""Store credit as simply as it can be written: lists, and every hold tried out. The portal must say the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

GRACE = timedelta(days=30)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Pot:
    """One lot."""

    left: int
    ends: datetime
    number: int
    remedy: str
    ended: bool = False


@dataclass
class Held:
    """One hold. took: what a capture took of which pot, and what has not come back."""

    amount: int
    made: datetime
    until: datetime
    state: str = "held"
    took: list[list[int]] = field(default_factory=list)


@dataclass
class Model:
    """One account."""

    pots: list[Pot] = field(default_factory=list)
    holds: dict[str, Held] = field(default_factory=dict)
    breakage: int = 0

    def _live(self, now: datetime) -> list[Held]:
        return [hold for hold in self.holds.values() if hold.state == "held" and now < hold.until]

    def free(self, now: datetime) -> int:
        """Capture every live hold in a copy, the oldest first, and see what is left to anybody."""
        pots = [replace(pot) for pot in self.pots]
        for hold in sorted(self._live(now), key=lambda hold: hold.made):
            assert _pay(pots, hold.amount, hold.made), "a live hold cannot be captured"
        return sum(pot.left for pot in pots if now < pot.ends)

    def grant(self, remedy: str, minor: int, ends: datetime | None) -> None:
        self.pots.append(Pot(minor, ends or _NEVER, len(self.pots), remedy))

    def capture(self, ref: str, minor: int, now: datetime) -> bool:
        hold = self.holds[ref]
        in_time = hold.state == "held" and now < hold.until
        if not in_time and self.free(now) < minor:
            return False
        hold.took = _pay(self.pots, minor, hold.made if in_time else now)
        hold.state = "captured"
        return True

    def give_back(self, ref: str, minor: int, now: datetime) -> bool:
        took = self.holds[ref].took
        if sum(part for _, part in took) < minor:
            return False
        for one in sorted(took, key=lambda one: (self.pots[one[0]].ends, one[0]), reverse=True):
            part = min(one[1], minor)
            minor -= part
            one[1] -= part
            pot = self.pots[one[0]]
            if part and (pot.ended or pot.ends < now + GRACE):
                self.pots.append(Pot(part, now + GRACE, len(self.pots), pot.remedy))
            else:
                pot.left += part
        return True

    def end(self, now: datetime) -> None:
        for pot in self.pots:
            if pot.ends <= now and not any(hold.made < pot.ends for hold in self._live(now)):
                self.breakage += pot.left
                pot.left, pot.ended = 0, True

    def reverse(self, remedy: str, now: datetime) -> int:
        """Take one unit after the other, as long as every live hold can still be captured."""
        taken = 0
        for pot in self.pots:
            while pot.remedy == remedy and pot.left and self._without_one(pot, now):
                pot.left -= 1
                taken += 1
        return taken

    def _without_one(self, pot: Pot, now: datetime) -> bool:
        pots = [replace(one, left=one.left - (one is pot)) for one in self.pots]
        live = sorted(self._live(now), key=lambda hold: hold.made)
        return all(_pay(pots, hold.amount, hold.made) for hold in live)


def _pay(pots: Sequence[Pot], minor: int, since: datetime) -> list[list[int]]:
    """Take from what ends first; an empty list where there is not enough."""
    took = []
    for pot in sorted(pots, key=lambda pot: (pot.ends, pot.number)):
        part = min(pot.left, minor) if since < pot.ends else 0
        pot.left -= part
        minor -= part
        took += [[pot.number, part]] if part else []
    return [] if minor else took
