"""What is to happen, by its time: the clock stands at whatever happens now."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

Act = Callable[[], None]


class Clock:
    """Tells the time of the year."""

    def __init__(self, now: datetime) -> None:
        """Begin at a moment."""
        self.now = now

    def __call__(self) -> datetime:
        """Give the time of the year."""
        return self.now

    def seconds(self) -> float:
        """Give it in Unix seconds."""
        return self.now.timestamp()


class Agenda:
    """Acts in the order of their time; those of one moment in the order in which they were planned."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing to do."""
        self._clock = clock
        self._numbers = itertools.count()
        self._planned: list[tuple[datetime, int, Act]] = []

    def plan(self, at: datetime, act: Act) -> None:
        """Have something done at a time, or now where that is over."""
        heapq.heappush(self._planned, (max(at.replace(microsecond=0), self._clock.now), next(self._numbers), act))

    def run_until(self, moment: datetime) -> None:
        """Do what is planned before a moment, and what comes of it; the clock stands there then."""
        while self._planned and self._planned[0][0] < moment:
            self._clock.now, _, act = heapq.heappop(self._planned)
            act()
        self._clock.now = moment
