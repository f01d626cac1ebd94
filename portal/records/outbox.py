"""The outbox: the only place that defers a job, inside the transaction that decided on it.

Jobs are collected in the session and written in one statement just before it commits, so that a transaction that
rolls back leaves none.
"""

from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import Job
from sqlalchemy.orm import Session

# Never opened: every deferral runs on the connection of the deciding transaction.
_deferrals = App(connector=SyncPsycopgConnector())
_WAITING = "jobs that wait for the commit"


def defer(
    session: Session, task: str, *, lock: str | None = None, queue: str = "default", **arguments: str | int
) -> None:
    """Leave a job, by the name of its task. Jobs with the same lock run one after the other, in this order."""
    job = Job(
        id=None,
        queue=queue,
        lock=lock,
        queueing_lock=None,
        task_name=task,
        task_kwargs=dict(arguments),
    )
    session.info.setdefault(_WAITING, []).append(job)


def hand_over(session: Session) -> None:
    """Write the waiting jobs to the queue, on the session's own connection."""
    jobs = session.info.pop(_WAITING, None)
    if jobs:
        session.flush()
        connection = session.connection().connection.driver_connection
        _deferrals.job_manager.batch_defer_jobs(jobs=jobs, connection=connection)


def forget(session: Session) -> None:
    """Drop the waiting jobs of a session that rolled back."""
    session.info.pop(_WAITING, None)
