"""What a newer release has left in the queue is kept by this one, told, and done once that release is back."""

import pytest
from sqlalchemy import text

from portal.domain.problems import Problem
from portal.records import outbox
from portal.services.tell_of_parked import take_back_known
from tests.support.shop import Shop

pytestmark = pytest.mark.proves("fault 59")
TOMORROWS = "claims.of_tomorrow"
_LEAVE = """
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, status, lock, queueing_lock, args)
    VALUES ('default', :task, 'todo', :lock, :name, '{"timestamp": 1}')
"""
_JOB = "SELECT status::text, attempts, lock, queueing_lock FROM jobs.procrastinate_jobs WHERE task_name = :task"


def leave(shop: Shop, *, lock: str | None = None, name: str | None = None) -> None:
    with shop.toolkit.transaction() as session:
        session.execute(text(_LEAVE), {"task": TOMORROWS, "lock": lock, "name": name})


def meet_again(shop: Shop) -> None:
    """Let every wait be over."""
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE jobs.procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
    shop.work()


def told(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL")]


def job(shop: Shop) -> tuple[str, int]:
    ((state, tries, _, _),) = shop.rows(_JOB, task=TOMORROWS)
    return state, tries


def test_a_job_of_a_newer_release_is_kept_and_told_and_done_once_that_release_is_back(shop: Shop):
    with shop.toolkit.transaction() as session:
        outbox.defer(session, TOMORROWS, claim_ref="CLM-1")
    shop.work()
    at_first = told(shop)
    for _ in range(40):
        meet_again(shop)

    assert at_first == []
    assert job(shop) == ("todo", 41)
    assert told(shop) == [("unknown_job", TOMORROWS)]
    take_back_known(shop.toolkit, frozenset(shop.worker.tasks))
    assert told(shop) == [("unknown_job", TOMORROWS)]
    done: list[str] = []

    @shop.worker.task(name=TOMORROWS)
    def known_again(claim_ref: str) -> None:
        done.append(claim_ref)

    meet_again(shop)
    take_back_known(shop.toolkit, frozenset(shop.worker.tasks))
    assert done == ["CLM-1"]
    assert told(shop) == []


def test_a_parked_job_waits_no_longer_than_ten_minutes_for_its_release(shop: Shop):
    leave(shop)
    for _ in range(12):
        meet_again(shop)

    waits = shop.rows("SELECT extract(epoch FROM scheduled_at - now()) FROM jobs.procrastinate_jobs")

    assert 60 < waits[0][0] <= 721


def test_a_parked_job_of_a_claim_holds_no_later_one_back(shop: Shop):
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    leave(shop, lock=ref)

    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert job(shop) == ("todo", 1)


def test_a_parked_sweep_leaves_its_name_to_the_next_one(shop: Shop):
    leave(shop, name=TOMORROWS)
    shop.work()
    leave(shop, name=TOMORROWS)
    shop.work()

    assert [tuple(row)[::3] for row in shop.rows(_JOB, task=TOMORROWS)] == [("todo", None)] * 2


def test_what_was_told_is_taken_back_where_no_such_job_is_left(shop: Shop):
    leave(shop)
    for _ in range(5):
        meet_again(shop)
    with shop.toolkit.transaction() as session:
        session.execute(text("DELETE FROM jobs.procrastinate_jobs"))

    take_back_known(shop.toolkit, frozenset(shop.worker.tasks))

    assert told(shop) == []
