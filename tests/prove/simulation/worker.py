"""The worker in single steps: any job that may run is taken by choice, run, failed, or left by a worker that died."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from procrastinate import App, JobContext
from procrastinate.jobs import Job
from procrastinate.tasks import Task
from psycopg.rows import namedtuple_row

from portal.domain.errors import AmendsError
from tests.prove.simulation.deaths import Mortality, WorkerDied

# As Procrastinate's own rule, but for the hour at which a job is due: here it is always late enough.
_MAY_RUN = """
    SELECT id, task_name, args, attempts, queue_name, lock, priority FROM jobs.procrastinate_jobs AS j
    WHERE status = 'todo' AND (lock IS NULL OR NOT EXISTS (
      SELECT FROM jobs.procrastinate_jobs AS other WHERE other.lock = j.lock AND other.id <> j.id
        AND (other.status = 'doing' OR other.status = 'todo' AND other.id < j.id)))
    ORDER BY id
"""
# The lane's pace goes by the database's clock; in a history of months nobody waits a twentieth of a second.
_TAKE = """
    WITH no_pace AS (UPDATE refund_lanes SET next_at = clock_timestamp() WHERE next_at > clock_timestamp())
    UPDATE jobs.procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s
"""
_DONE = "SELECT jobs.procrastinate_finish_job_v1(%s, 'succeeded', true)"
_GIVEN_UP = "SELECT jobs.procrastinate_finish_job_v1(%s, 'failed', false)"
_AGAIN = "SELECT jobs.procrastinate_retry_job_v2(%s, %s, NULL, NULL, %s)"
_SWEEPS = {
    "due claims": "sweeps.due_claims",
    "follow-ups": "sweeps.follow_ups",
    "old things": "sweeps.forget_old",
    "open refunds": "sweeps.open_refunds",
    "reminders": "sweeps.remind_of_refunds",
    "events": "sweeps.poll_events",
    "stalled jobs": "sweeps.stalled_jobs",
}
SWEEPS = tuple(_SWEEPS)
# Any other error is a defect, though a retry may hide it: it is let through, and the history fails.
_PASSES = AmendsError


class Worker:
    """Runs one job or one sweep at a time."""

    def __init__(self, app: App, database_url: str, mortality: Mortality) -> None:
        self._app, self._mortality = app, mortality
        self._loop = asyncio.new_event_loop()
        self._database = psycopg.connect(database_url, autocommit=True, row_factory=namedtuple_row, prepare_threshold=1)
        self._database.execute("SET search_path = public, jobs")

    def ask(self, query: str, *values: object) -> list[Any]:
        """Ask the portal's database something, or change it."""
        cursor = self._database.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def jobs(self) -> list[Any]:
        """List the jobs that a worker may take now."""
        return self.ask(_MAY_RUN)

    def run(self, job: Any) -> str:
        """Take a job and run it; say what came of it."""
        self.ask(_TAKE, job.id)
        try:
            self._call(job)
            self._mortality.before_it_is_done()
        except WorkerDied as death:
            return f"died {death}"
        except _PASSES as error:
            return self._failed(job, error)
        finally:
            self._mortality.dies_after(None)
        self.ask(_DONE, job.id)
        return "done"

    def sweep(self, name: str) -> str:
        """Run a sweep of the worker's own, as its clock would."""
        task = self._app.tasks[_SWEEPS[name]]
        try:
            came = self._task(task)(timestamp=0)
            if asyncio.iscoroutine(came):
                self._loop.run_until_complete(came)
        except WorkerDied as death:
            return f"died {death}"
        except _PASSES as error:
            return type(error).__name__
        finally:
            self._mortality.dies_after(None)
        return "done"

    def _call(self, job: Any) -> None:
        task = self._app.tasks[job.task_name]
        if task.pass_context:
            context = JobContext(app=self._app, job=_known(job), start_timestamp=time.time(), abort_reason=lambda: None)
            self._task(task)(context, **job.args)
        else:
            self._task(task)(**job.args)

    @staticmethod
    def _task(task: Task[Any, Any, Any]) -> Any:
        return task.func

    def _failed(self, job: Any, error: Exception) -> str:
        strategy = self._app.tasks[job.task_name].retry_strategy
        decision = strategy.get_retry_decision(exception=error, job=_known(job)) if strategy else None
        if decision is None:
            self.ask(_GIVEN_UP, job.id)
            return f"given up: {type(error).__name__}"
        self.ask(_AGAIN, job.id, decision.retry_at, decision.lock)
        return f"again later: {type(error).__name__}"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Keep its connections until the block ends."""
        self._loop.run_until_complete(self._app.open_async())
        try:
            yield
        finally:
            self._loop.run_until_complete(self._app.close_async())
            self._loop.close()
            self._database.close()


def _known(job: Any) -> Job:
    return Job(
        id=job.id,
        queue=job.queue_name,
        lock=job.lock,
        queueing_lock=None,
        task_name=job.task_name,
        task_kwargs=job.args,
        attempts=job.attempts,
    )
