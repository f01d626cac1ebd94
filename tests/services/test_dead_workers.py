"""What a worker that died had taken goes back into the queue, and nothing that it left holds the rest back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from portal.domain.problems import Problem
from portal.jobs.lasting import put_back_stalled
from portal.services.send_letters import send_letters
from tests.support.shop import Shop

_LEFT_BEHIND = """
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, status, queueing_lock, args) VALUES
    ('default', 'sweeps.due_claims', 'doing', 'sweeps.due_claims', '{"timestamp": 1}'),
    ('default', 'sweeps.due_claims', 'todo', 'sweeps.due_claims', '{"timestamp": 2}'),
    ('default', 'claims.look_again', 'doing', NULL, '{"claim_ref": "CLM-1"}')
"""
_JOBS = "SELECT task_name, status::text, args ->> 'timestamp' FROM jobs.procrastinate_jobs ORDER BY id"


def put_back(shop: Shop) -> None:
    async def run() -> None:
        async with shop.worker.open_async():
            await put_back_stalled(shop.worker)

    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(run())).result()


@pytest.mark.proves("fault 2", "fault 62")
def test_a_dead_sweep_whose_next_one_waits_holds_no_other_job_back(shop: Shop):
    with shop.toolkit.transaction() as session:
        session.execute(text(_LEFT_BEHIND))

    put_back(shop)

    left = [tuple(row) for row in shop.rows(_JOBS)]
    assert left == [("sweeps.due_claims", "todo", "2"), ("claims.look_again", "todo", None)]


def test_a_letter_that_another_worker_holds_is_come_back_for(shop: Shop):
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    with shop.toolkit.transaction() as another:
        another.execute(text("SELECT FROM letters FOR UPDATE"))

        has_to_wait = send_letters(shop.toolkit, shop.ports.mailer, claim_ref=ref)

    assert has_to_wait
    assert shop.letters(order) == []
    assert not send_letters(shop.toolkit, shop.ports.mailer, claim_ref=ref)
    assert len(shop.letters(order)) == 1
