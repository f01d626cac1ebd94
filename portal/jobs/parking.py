"""Jobs of a kind that this release does not know: they are kept until one that knows them runs.

After a way back to the release before, the queue still holds what the newer one has left; and while a release is
rolled out, its jobs meet workers of the one before. The queue by itself would call such jobs failed for good.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job
from procrastinate.tasks import Task

from portal.domain.errors import AmendsError
from portal.jobs.retries import Retries
from portal.services.tell_of_parked import keep_parked
from portal.services.toolkit import Toolkit

# For as long as it takes: nobody but another release can do it.
_WAITS = Retries(first=5, longest=600, most=1_000_000)


class Parked(AmendsError):
    """A job waits for a release that knows its kind."""


class _ParkedRetries(BaseRetryStrategy):
    """Tries again ever less often, and holds no later job of the same lock back meanwhile."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say in how many seconds to look whether this release knows it now."""
        seconds = _WAITS.wait(job.attempts)
        return None if seconds is None else RetryDecision(retry_in={"seconds": seconds}, lock=f"job {job.id}")


_Task = Task[Any, Any, Any]


class _KnownTasks(dict[str, _Task]):
    """The tasks of a worker; what it does not know it is given a task for that parks the job."""

    def __init__(self, known: dict[str, _Task], parking: Callable[[str], _Task]) -> None:
        super().__init__(known)
        self._parking = parking

    def get(self, name: str, default: object = None, /) -> _Task:
        """Give the task of a job; the worker asks here, and nowhere else."""
        return super().get(name) or self._parking(name)


def park_unknown(app: App, toolkit: Toolkit) -> None:
    """Let a worker park what it does not know, once all that it knows is registered."""

    def parking(name: str) -> _Task:
        park = partial(_park, toolkit, name)
        return Task(park, blueprint=app, name=name, queue="default", retry=_ParkedRetries(), pass_context=True)

    app.tasks = _KnownTasks(app.tasks, parking)


def _park(toolkit: Toolkit, name: str, context: JobContext, **_: object) -> None:
    job = context.job
    keep_parked(toolkit, task=name, job_id=job.id or 0, tries=job.attempts)
    raise Parked(name)
