"""When a job that failed is tried again: soon at first, then ever less often, with some chance in it."""

import random

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from portal.services.follow_claim import Unfinished

_CHANCE = random.SystemRandom()


class Retries(BaseRetryStrategy):
    """Doubles the wait from ``first`` to ``longest`` seconds, for at most ``most`` tries, whatever the error was."""

    def __init__(self, *, first: int, longest: int, most: int) -> None:
        """Keep the three figures."""
        self.first, self.longest, self.most = first, longest, most

    def wait(self, attempts: int) -> int | None:
        """Tell how many seconds to wait after so many tries before the last; nothing where it is given up."""
        if attempts >= self.most:
            return None
        wait = min(self.first * 2 ** min(attempts, 20), self.longest)
        return int(wait * _CHANCE.uniform(0.8, 1.2)) + 1

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say in how many seconds to try again, or give up: the job is then failed, and a person is shown it."""
        return _in(self.wait(job.attempts))


class FollowRetries(BaseRetryStrategy):
    """Tries again what a claim is owed as its effects wait, and its letters as letters do: whichever comes first."""

    def __init__(self, *, effects: Retries, letters: Retries) -> None:
        """Keep how each of them waits."""
        self.effects, self.letters = effects, letters

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say in how many seconds to try again, or give up. An error that says no more counts as an effect's.

        Until then it holds no later job of its claim back, so it gives the lock of the claim away for one of its own.
        """
        waits = []
        if not isinstance(exception, Unfinished) or exception.effects:
            waits.append(self.effects.wait(job.attempts))
        if isinstance(exception, Unfinished) and exception.letters:
            waits.append(self.letters.wait(job.attempts))
        return _in(min((wait for wait in waits if wait is not None), default=None), lock=f"job {job.id}")


def _in(seconds: int | None, *, lock: str | None = None) -> RetryDecision | None:
    return None if seconds is None else RetryDecision(retry_in={"seconds": seconds}, lock=lock)
