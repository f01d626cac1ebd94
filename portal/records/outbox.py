"""The outbox: the only place that defers a job, inside the transaction that decided on it.

Jobs are collected in the session and written in one statement just before it commits, so that a transaction that
rolls back leaves none.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.records.in_transaction import ask

# Procrastinate's own function, called as it calls it, but without the half millisecond that its client adds.
_HAND_OVER = """
    SELECT procrastinate_defer_jobs_v1(ARRAY(
      SELECT told FROM json_populate_recordset(NULL::procrastinate_job_to_defer_v1, %(jobs)s) AS told))
"""
# The same, where the job of a claim is among them: it does what one that waits for later would, so that one goes.
_HAND_OVER_AT_ONCE = """
    WITH overtaken AS (
      DELETE FROM jobs.procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(overtaken)s)
    )
    SELECT procrastinate_defer_jobs_v1(ARRAY(
      SELECT told FROM json_populate_recordset(NULL::procrastinate_job_to_defer_v1, %(jobs)s) AS told))
"""
# Whoever leaves the same job at this moment waits for the other, and then sees theirs.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('outbox ' || %(lock)s, 0))"
_WAITS = """
    SELECT EXISTS (
      SELECT FROM jobs.procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %(lock)s)
"""
_FOLLOWS = """
    SELECT EXISTS (
      SELECT FROM jobs.procrastinate_jobs
      WHERE status = 'todo' AND task_name = %(task)s AND args ->> 'claim_ref' = %(claim)s)
"""
_UNDER_WAY = text("""
    SELECT EXISTS (SELECT FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = :task)
""")
FOLLOW = "claims.follow"
_WAITING = "jobs that wait for the commit"
_FOLLOWED = "the claim that is being followed"


def defer(session: Session, task: str, *, queue: str = "default", priority: int = 0, **arguments: str | int) -> None:
    """Leave a job, by the name of its task. priority: a higher one is taken before all that waits with a lower one."""
    _leave(session, {"queue_name": queue, "task_name": task, "priority": priority, "args": arguments})


def defer_once(session: Session, task: str, **arguments: str | int) -> None:
    """Leave a job, unless one of its task waits already: that one does all that this one would."""
    job = {"queue_name": "default", "task_name": task, "priority": 0, "args": arguments}
    _leave(session, {**job, "queueing_lock": task})


def defer_in_turn(session: Session, task: str, *, priority: int, **arguments: str | int) -> None:
    """Leave a job that waits while another of its task runs, so that together they take one place of the worker."""
    job = {"queue_name": "default", "task_name": task, "priority": priority, "args": arguments}
    _leave(session, {**job, "lock": task})


def is_under_way(session: Session, task: str) -> bool:
    """Tell whether a job of a task waits or runs."""
    return bool(session.scalar(_UNDER_WAY, {"task": task}))


def defer_later(session: Session, task: str, seconds: float, **arguments: str | int) -> None:
    """Leave a job, to start so many seconds from now."""
    job = {"queue_name": "default", "task_name": task, "priority": 0, "args": arguments}
    _leave(session, {**job, "scheduled_at": _in(seconds)})


def follow(session: Session, claim_ref: str) -> None:
    """Leave the job that does what is open for a claim: one, however much a transaction leaves to do for it.

    The jobs of a claim run one after another: two at once would both send what the first is about to have sent.
    """
    follows = (job["args"].get("claim_ref") for job in session.info.get(_WAITING, ()) if job["task_name"] == FOLLOW)
    if session.info.get(_FOLLOWED) != claim_ref and claim_ref not in follows:
        _leave(session, {**_following(claim_ref), "lock": claim_ref})


def follow_later(session: Session, claim_ref: str, seconds: float) -> None:
    """Leave the job that does what is open for a claim, to start so many seconds from now.

    Without a lock, because a job that waits would hold every later one of its claim back.
    """
    _leave(session, {**_following(claim_ref), "scheduled_at": _in(seconds)})


def follow_later_once(session: Session, claim_ref: str, seconds: float) -> None:
    """Leave the job that does what is open for a claim, to start so many seconds from now, unless one waits already."""
    waits = ask(session, _FOLLOWS, {"claim": claim_ref, "task": FOLLOW})
    if waits is None or not waits[0]:
        follow_later(session, claim_ref, seconds)


def follow_unless_sooner(session: Session, claim_ref: str, seconds: float) -> None:
    """Leave the first job of a new claim, to start so many seconds from now unless ``follow`` leaves one before.

    One that is left sooner does all that this one would, and takes it out in the statement that leaves it.
    """
    _leave(session, {**_following(claim_ref), "scheduled_at": _in(seconds), "queueing_lock": _later(claim_ref)})


def _later(claim_ref: str) -> str:
    return f"later {claim_ref}"


def _in(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def _following(claim_ref: str) -> dict[str, Any]:
    return {"queue_name": "default", "task_name": FOLLOW, "priority": 0, "args": {"claim_ref": claim_ref}}


def _leave(session: Session, job: dict[str, Any]) -> None:
    session.info.setdefault(_WAITING, []).append(job)


def follow_here(session: Session, claim_ref: str) -> None:
    """Leave no job for what is left to do for a claim: whoever opened the session does it next, or runs again."""
    session.info[_FOLLOWED] = claim_ref


def taken(session: Session) -> list[dict[str, Any]]:
    """Take the waiting jobs out of a session, for whoever does them without the queue."""
    jobs: list[dict[str, Any]] = session.info.pop(_WAITING, [])
    return jobs


def hand_over(session: Session) -> None:
    """Write the waiting jobs to the queue, on the session's own connection."""
    jobs = [job for job in taken(session) if _is_new(session, job)]
    overtaken = [_later(job["lock"]) for job in jobs if job["task_name"] == FOLLOW and "lock" in job]
    if overtaken:
        ask(session, _HAND_OVER_AT_ONCE, {"jobs": json.dumps(jobs), "overtaken": overtaken})
    elif jobs:
        ask(session, _HAND_OVER, {"jobs": json.dumps(jobs)})


def _is_new(session: Session, job: dict[str, Any]) -> bool:
    """Tell whether no job with its queueing lock waits yet; two of them would be an error of the queue."""
    if "queueing_lock" not in job or job["task_name"] == FOLLOW:
        # Nobody else can have left the first job of a claim that is not there before this transaction commits.
        return True
    lock = {"lock": job["queueing_lock"]}
    ask(session, _ALONE, lock)
    waits = ask(session, _WAITS, lock)
    return waits is None or not waits[0]


def forget(session: Session) -> None:
    """Drop the waiting jobs of a session that rolled back."""
    session.info.pop(_WAITING, None)
