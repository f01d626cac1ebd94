"""Jobs whose kind the running release does not know."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_FREE = text("UPDATE jobs.procrastinate_jobs SET queueing_lock = NULL WHERE id = :id")
_WAITING = text("SELECT EXISTS (SELECT FROM jobs.procrastinate_jobs WHERE status <> 'succeeded' AND task_name = :task)")


def free_name(session: Session, job_id: int) -> None:
    """Take the name from a job under which only one may wait: a later one may wait by now, and this one has to."""
    session.execute(_FREE, {"id": job_id})


def any_waits(session: Session, task: str) -> bool:
    """Tell whether a job of a kind is left."""
    return bool(session.scalar(_WAITING, {"task": task}))
