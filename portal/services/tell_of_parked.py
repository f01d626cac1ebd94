"""Tell staff of jobs that the running release does not know, and take it back once one that knows them runs."""

from collections.abc import Collection

from portal.domain.troubles import TroubleKind
from portal.records import parked_jobs, troubles
from portal.services.close_trouble import came_right
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again

# Some half a minute: while a release is rolled out, one of its own workers takes them sooner.
_TOLD_AFTER = 3


@tried_again
def keep_parked(toolkit: Toolkit, *, task: str, job_id: int, tries: int) -> None:
    """Keep a job that nobody here can do; tell a person where it has been met several times. tries: before this one."""
    with toolkit.transaction() as session:
        parked_jobs.free_name(session, job_id)
        if tries >= _TOLD_AFTER:
            open_trouble(session, TroubleKind.UNKNOWN_JOB, subject=task, now=toolkit.now(), job=job_id)


def take_back_known(toolkit: Toolkit, known: Collection[str]) -> None:
    """Close what was told of kinds that this release knows, or of which no job is left."""
    with toolkit.reading() as session:
        told = troubles.open_subjects(session, TroubleKind.UNKNOWN_JOB)
        over = [task for task in told if task in known or not parked_jobs.any_waits(session, task)]
    for task in over:
        came_right(toolkit, TroubleKind.UNKNOWN_JOB, subject=task)
