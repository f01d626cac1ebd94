"""The outbox: the only place that defers a job, inside the transaction that decided on it.

Jobs are collected in the session and written in one statement just before it commits, so that a transaction that
rolls back leaves none.
"""

from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import Job
from sqlalchemy.orm import Session

# Never opened: every deferral runs on the connection of the deciding transaction.
_deferrals = App(connector=SyncPsycopgConnector())
FOLLOW = "claims.follow"
_WAITING = "jobs that wait for the commit"
_FOLLOWED = "the claim that is being followed"


def defer(session: Session, task: str, *, queue: str = "default", **arguments: str | int) -> None:
    """Leave a job, by the name of its task."""
    job = Job(
        id=None,
        queue=queue,
        lock=None,
        queueing_lock=None,
        task_name=task,
        task_kwargs=dict(arguments),
    )
    session.info.setdefault(_WAITING, []).append(job)


def follow(session: Session, claim_ref: str) -> None:
    """Leave the job that does what is open for a claim: one, however much a transaction leaves to do for it."""
    follows = (job.task_kwargs.get("claim_ref") for job in session.info.get(_WAITING, ()) if job.task_name == FOLLOW)
    if session.info.get(_FOLLOWED) != claim_ref and claim_ref not in follows:
        defer(session, FOLLOW, claim_ref=claim_ref)


def follow_here(session: Session, claim_ref: str) -> None:
    """Leave no job for what is left to do for a claim: whoever opened the session does it next, or runs again."""
    session.info[_FOLLOWED] = claim_ref


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
