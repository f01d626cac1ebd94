"""Stripe is slow, away, early or unwilling: nothing fails by itself, nothing is paid twice, and all of it drains."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.domain.errors import IllegalMove
from portal.domain.ports import LaneShut
from portal.services.ask_sign_in_code import ask_sign_in_code
from portal.services.limit_rate import Visitor as RateVisitor
from portal.services.poll_events import poll_events
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.page import Visitor
from tests.support.shop import AnOrder, Shop
from tests.support.web import sign_in_customer


def sweep(shop: Shop) -> None:
    """Do what the sweeps of a minute do."""
    for refund in open_refunds(shop.toolkit):
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
    poll_events(shop.toolkit, shop.ports.refunds)
    shop.work()


def claim_page(app: Flask, order: AnOrder, ref: str) -> str:
    visitor = Visitor(app)
    sign_in_customer(visitor.client, order.customer_id)
    return visitor.get(f"/claims/{ref}").text


def external(shop: Shop) -> int:
    return int(shop.rows("SELECT count(*) FROM external_refunds")[0][0])


@pytest.mark.proves("fault 10")
def test_a_call_that_never_reached_stripe_is_made_again_under_the_same_key(shop: Shop):
    _, ref, refund = shop.promised_refund()
    shop.sandbox.fault("before")
    assert send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund) is True
    assert shop.refunds()[0].state == "unknown"

    shop.later(minutes=3)
    sweep(shop)

    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 13")
def test_five_minutes_of_429_slow_everything_and_fail_nothing(shop: Shop):
    claims = [shop.promised_refund()[1] for _ in range(4)]
    refunds = [row.ref for row in shop.refunds()]
    shop.sandbox.fault("429", times=None)
    for second in range(0, 300, 30):
        with pytest.raises(LaneShut):
            send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refunds[second % 4])
        shop.later(seconds=31)
    assert {row.state for row in shop.refunds()} <= {"requested", "sent"}
    assert shop.rows("SELECT count(*) FROM troubles")[0][0] == 0

    shop.sandbox.no_faults()
    shop.later(minutes=1)
    shop.work()

    assert {row.state for row in shop.refunds()} == {"succeeded"}
    assert {shop.claim(ref).state for ref in claims} == {"made_whole"}


@pytest.mark.proves("fault 14", "M5", "bug 17")
def test_two_workers_at_one_refund_make_one(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault("slow", milliseconds=600)

    def send(_: int) -> object:
        try:
            return send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
        except (IllegalMove, LaneShut) as error:
            return type(error)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(send, range(2)))
    shop.later(minutes=3)
    sweep(shop)

    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert len(shop.ports.refunds.of_payment(order.payments[0], None)) == 1
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 21", "bug 26")
@pytest.mark.parametrize(("comes_to", "line"), [("succeeded", "made_whole"), ("failed", "offered")])
def test_too_little_balance_is_pending_said_so_and_its_end_is_applied(app: Flask, shop: Shop, comes_to: str, line: str):
    order, ref, _ = shop.promised_refund()
    shop.sandbox.fault("outcome", behaviour="insufficient_funds", after_seconds=86_400)
    shop.work()
    assert shop.refunds()[0].state == "pending"
    assert "refund_sent" not in shop.letters(order)
    shown = claim_page(app, order, ref)
    assert "It waits at our bank, and leaves as soon as our account there is filled." in shown
    assert "It has left us" not in shown

    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, comes_to)
    shop.later(minutes=3)
    sweep(shop)

    assert shop.refunds()[0].state == comes_to
    assert shop.claim(ref).state == line
    assert shop.letters(order)[-1] == {"succeeded": "refund_sent", "failed": "refund_failed"}[comes_to]


@pytest.mark.proves("fault 25")
def test_answers_that_take_their_time_leave_threads_to_other_work_and_pages_as_they_are(app: Flask, shop: Shop):
    promised = [shop.promised_refund() for _ in range(8)]
    claims = [ref for _, ref, _ in promised]
    claim_page(app, promised[0][0], claims[0])
    refunds = [row.ref for row in shop.refunds()]
    shop.sandbox.fault("slow", milliseconds=2_500, times=6)

    def send(refund: str) -> None:
        with contextlib.suppress(LaneShut):
            send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    with ThreadPoolExecutor(8) as threads:
        sending = [threads.submit(send, refund) for refund in refunds]
        until = time.monotonic() + 10
        while shop.sandbox.faults():
            assert time.monotonic() < until, "Stripe was never asked six times"
        # All six answers are on their way now, and are so still once the page is there.
        shown = claim_page(app, promised[0][0], claims[0])
        waiting = [one for one in sending if not one.done()]
    assert "On its way" in shown
    assert len(waiting) >= 6
    for one in sending:
        one.result()
    left = [row.state for row in shop.refunds()]
    shop.work()

    assert sorted(left) == ["requested"] * 2 + ["succeeded"] * 6
    assert {shop.claim(ref).state for ref in claims} == {"made_whole"}


@pytest.mark.proves("fault 25")
def test_who_stands_at_the_door_is_served_before_what_waits(shop: Shop):
    shop.promised_refund()

    ask_sign_in_code(
        shop.toolkit, mailbox="ana@example.org", order_number=None, visitor=RateVisitor(b"x" * 32, "127.0.0.1")
    )

    asked = "SELECT task_name FROM jobs.procrastinate_jobs ORDER BY priority DESC, id LIMIT 1"
    assert shop.rows(asked)[0][0] == "sign_in.send"
    shop.work()


@pytest.mark.proves("fault 27")
def test_stripe_is_down_for_ten_minutes_and_everything_drains_within_five(shop: Shop):
    before = shop.promised_refund()
    shop.sandbox.fault("before", method="*", path="/v1/*", times=None)
    shop.work()
    during = []
    for _ in range(5):
        shop.later(minutes=2)
        during.append(shop.promised_refund())
        sweep(shop)
    assert {row.state for row in shop.refunds()} <= {"sent", "unknown"}
    assert shop.rows("SELECT count(*) FROM troubles")[0][0] == 0

    shop.sandbox.no_faults()
    for _ in range(5):
        shop.later(minutes=1)
        sweep(shop)

    assert {row.state for row in shop.refunds()} == {"succeeded"}
    assert {shop.claim(ref).state for _, ref, _ in [before, *during]} == {"made_whole"}
    assert all(shop.letters(order)[-1] == "refund_sent" for order, _, _ in [before, *during])


@pytest.mark.proves("fault 9", "fault 28", "bug 8", "bug 9")
def test_a_lost_answer_is_settled_by_the_webhook_alone(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault("after-execute")
    assert send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund) is True
    assert shop.refunds()[0].state == "unknown"

    (made,) = shop.ports.refunds.of_payment(order.payments[0], None)
    shop.hear_of(made.provider_ref)
    shop.work()

    assert [(row.state, row.provider_ref) for row in shop.refunds()] == [("succeeded", made.provider_ref)]
    assert external(shop) == 0
    assert shop.claim(ref).state == "made_whole"
