"""What a worker that died had taken goes back into the queue, and nothing that it left holds the rest back."""

import asyncio
import os
import signal
import time

import pytest
from sqlalchemy import text

from portal.domain.problems import Problem
from portal.jobs.lasting import put_back_stalled, work_on
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

    asyncio.run(run())


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


def test_a_worker_that_stops_in_order_lives_until_what_it_does_is_done(shop: Shop):
    silent: list[float] = []

    @shop.worker.task(name="tests.long")
    def long() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(3)
        asked = "SELECT extract(epoch FROM now() - last_heartbeat) FROM jobs.procrastinate_workers"
        silent.extend(float(row[0]) for row in shop.rows(asked))

    async def work() -> None:
        async with shop.worker.open_async():
            await shop.worker.configure_task("tests.long").defer_async()
        await asyncio.wait_for(work_on(shop.worker, concurrency=1, heartbeat_seconds=0.3), 60)

    asyncio.run(work())

    (age,) = silent
    assert age < 1.5
    assert shop.rows("SELECT count(*) FROM jobs.procrastinate_workers") == [(0,)]
