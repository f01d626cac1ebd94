"""The jobs of a claim: one after another, none held back by one that waits; and the pace that all workers share."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from portal.domain.ports import LaneShut
from portal.domain.problems import Problem
from portal.gateways.stripe_refunds import StripeRefunds
from portal.records import outbox
from portal.services.follow_claim import Unfinished, follow_claim
from portal.services.send_refund import send_refund
from portal.wiring import WORKER_ROLE, make_toolkit
from tests.bench.refunds import most_in_a_second
from tests.support.sandbox_server import SECRET_KEY
from tests.support.settings import a_config
from tests.support.shop import AnOrder, Shop

_JOBS = """
    SELECT lock, scheduled_at IS NOT NULL FROM jobs.procrastinate_jobs
    WHERE task_name = 'claims.follow' AND status = 'todo' ORDER BY id
"""
_WORKERS, _THREADS, _REFUNDS = 2, 8, 30


def promised(shop: Shop) -> tuple[AnOrder, str]:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()
    shop.accept(order, ref, "refund")
    return order, ref


def jobs(shop: Shop) -> list[tuple[str | None, bool]]:
    """List what waits: its lock, and whether it waits for a moment."""
    return [tuple(row) for row in shop.rows(_JOBS)]


def follow(shop: Shop, claim_ref: str) -> None:
    """Leave one more job for a claim, as any use case would."""
    with shop.toolkit.transaction() as session:
        outbox.follow(session, claim_ref)


def calls(shop: Shop, refund_ref: str) -> int:
    return sum(call["key"] == refund_ref for call in shop.sandbox.get("/stripe/calls")["calls"])


@pytest.mark.proves("M5", "F10", "fault 14")
def test_two_runs_of_one_claim_at_once_send_one_refund_and_each_mail_once(shop: Shop):
    for _ in range(4):
        order, ref = promised(shop)

        def run(claim_ref: str = ref) -> None:
            try:
                follow_claim(shop.toolkit, shop.ports, claim_ref=claim_ref)
            except Unfinished:
                # The other run was at it; what is left is done by the job that waits.
                return

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda act: act(), [run, run]))
        shop.work()

        assert shop.refunds()[-1].state == "succeeded"
        assert len(shop.ports.refunds.of_payment(order.payments[0], None)) == 1
        arrived = [mail["message_id"] for mail in shop.sandbox.mails(order.mailbox)]
        assert len(arrived) == len(set(arrived))
        sent = shop.letters(order)
        assert len(sent) == len(set(sent))
        assert sent[-1] == "refund_sent"


def test_what_is_left_to_do_for_a_claim_carries_its_lock(shop: Shop):
    _, ref = promised(shop)
    follow(shop, ref)

    assert jobs(shop) == [(ref, False)] * 2
    shop.work()
    # The second found nothing left to do.
    assert calls(shop, shop.refunds()[0].ref) == 1


def test_a_job_that_is_tried_again_later_holds_no_later_one_of_its_claim_back(shop: Shop):
    _, ref = promised(shop)
    shop.sandbox.fault("before", path="/v1/refunds")
    shop.work()
    ((lock, waits),) = jobs(shop)

    follow(shop, ref)
    shop.work()

    assert waits
    assert lock is not None
    assert lock.startswith("job ")
    assert shop.refunds()[0].state == "succeeded"
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 13")
def test_a_job_that_was_put_back_holds_no_later_one_of_its_claim_back(shop: Shop):
    _, ref = promised(shop)
    shop.sandbox.fault("429", path="/v1/refunds")
    shop.work()
    assert (None, True) in jobs(shop)

    shop.later(seconds=5)
    follow(shop, ref)
    shop.work()

    assert shop.refunds()[0].state == "succeeded"


@pytest.mark.proves("fault 61")
def test_two_workers_together_never_send_more_than_twenty_in_any_second(shop: Shop, database_url: str):
    for number in range(_REFUNDS):
        # Nobody reports so often that a person would answer.
        order = shop.lost_order(street=f"Rua das Flores {number}")
        shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")
    refs = [row.ref for row in shop.refunds()]
    send = partial(_send_all, database_url, shop.sandbox.url, shop.now())

    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, mp_context=spawned) as workers:
        list(workers.map(send, [refs[::2], refs[1::2]]))

    assert {row.state for row in shop.refunds()} == {"succeeded"}
    calls = [call for call in shop.sandbox.get("/stripe/calls")["calls"] if call["key"] in set(refs)]
    assert {call["key"] for call in calls} == set(refs)
    assert most_in_a_second([call["at"] for call in calls]) <= 20
    shop.work()


def _send_all(database_url: str, stripe: str, now: datetime, refs: list[str]) -> None:
    """Send refunds as one worker does, in a process of its own."""
    toolkit = make_toolkit(a_config(database_url), WORKER_ROLE)
    began = time.monotonic()
    toolkit = replace(toolkit, now=lambda: now + timedelta(seconds=time.monotonic() - began))
    provider = StripeRefunds(SECRET_KEY, api_base=stripe)

    def send(ref: str) -> None:
        while True:
            try:
                send_refund(toolkit, provider, refund_ref=ref)
            except LaneShut as lane:
                # On a busy machine the double may ask for a pause; a worker puts its work back for as long.
                time.sleep(lane.seconds)
            else:
                return

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(send, refs))
