"""The queue's event log: nothing of a job that went well, and everything of one that did not."""

import psycopg

from portal.records.sessions import libpq_url

_DEFER = """
    SELECT unnest(jobs.procrastinate_defer_jobs_v1(ARRAY[
        ROW('default', 'letters.send', 0, NULL, NULL, '{}', NULL)]::jobs.procrastinate_job_to_defer_v1[]))
"""
_FETCH = "SELECT id FROM jobs.procrastinate_fetch_job_v2(NULL, NULL)"
_FINISH = "SELECT jobs.procrastinate_finish_job_v1(%s, %s, %s)"
_RETRY = "SELECT jobs.procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_EVENTS = "SELECT type::text FROM jobs.procrastinate_events ORDER BY id"


def test_a_job_that_goes_well_leaves_neither_an_event_nor_itself(database_url: str):
    with _opened(database_url) as connection:
        connection.execute(_DEFER)
        job = connection.execute(_FETCH).fetchone()

        connection.execute(_FINISH, [*(job or ()), "succeeded", True])

        assert connection.execute(_EVENTS).fetchall() == []
        assert connection.execute("SELECT count(*) FROM jobs.procrastinate_jobs").fetchone() == (0,)


def test_a_job_that_is_tried_again_and_fails_tells_so(database_url: str):
    with _opened(database_url) as connection:
        connection.execute(_DEFER)
        job = connection.execute(_FETCH).fetchone() or ()
        connection.execute(_RETRY, job)
        connection.execute(_FETCH)

        connection.execute(_FINISH, [*job, "failed", False])

        told = {kind for (kind,) in connection.execute(_EVENTS).fetchall()}
        assert told == {"deferred_for_retry", "scheduled", "failed"}


def _opened(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(libpq_url(url), options="-c search_path=public,jobs", autocommit=True)
