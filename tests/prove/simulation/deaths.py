"""How a worker dies here: at once, in the middle of whatever it does, and without a word to anybody."""

from collections import Counter
from collections.abc import Callable
from typing import NoReturn

from portal.records.sessions import Session


class WorkerDied(BaseException):
    """The process is gone. No ``except Exception`` of ours may see it, as none would see a ``kill -9``."""


class Mortality:
    """Decides when the worker dies: before its n-th look at the database from now, or never."""

    def __init__(self) -> None:
        self.points: Counter[str] = Counter()
        self._left: int | None = None

    def dies_after(self, looks: int | None) -> None:
        """Let it live for so many more sessions; None for as long as it likes."""
        self._left = looks

    def here(self, point: str) -> NoReturn:
        """Die at a place that was chosen, and count it."""
        self.points[point] += 1
        raise WorkerDied(point)

    def look(self) -> None:
        """Count a session that is opened."""
        if self._left is None:
            return
        if self._left == 0:
            self._left = None
            self.here("between two transactions")
        self._left -= 1

    def before_it_is_done(self) -> None:
        """Die after the work and before the job is marked, where it had been meant to die and has not yet."""
        if self._left is not None:
            self._left = None
            self.here("before the job was marked done")


def mortal(sessions: Callable[[], Session], mortality: Mortality) -> Callable[[], Session]:
    """Give sessions to a worker that may die each time it opens one."""

    def opened() -> Session:
        mortality.look()
        return sessions()

    return opened
