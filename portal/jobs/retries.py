"""When a job that failed is tried again: soon at first, then ever less often, with some chance in it."""

import random

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

_CHANCE = random.SystemRandom()


class TryLater(Exception):
    """There was no clear answer; the same job is to run again."""


class Retries(BaseRetryStrategy):
    """Doubles the wait from ``first`` to ``longest`` seconds, for at most ``most`` tries, whatever the error was."""

    def __init__(self, *, first: int, longest: int, most: int) -> None:
        """Keep the three figures."""
        self.first, self.longest, self.most = first, longest, most

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say in how many seconds to try again, or give up: the job is then failed, and a person is shown it."""
        if job.attempts >= self.most:
            return None
        wait = min(self.first * 2 ** min(job.attempts, 20), self.longest)
        return RetryDecision(retry_in={"seconds": int(wait * _CHANCE.uniform(0.8, 1.2)) + 1})
