"""Bugs that other shops had with news of refunds: early, late, again, in any order, of another kind, or none at all."""

from collections.abc import Callable
from itertools import permutations

import pytest

from portal.domain.ports import RefundAnswer, RefundRequest, UnknownOutcome
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.apply_stripe_event import apply_stripe_event
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.forget_old import forget_old
from portal.services.hear_event import hear_event
from portal.services.look_again import due_claims, look_again
from portal.services.poll_events import poll_events
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop


class Between(StripeRefunds):
    """Stripe, and something that happens after it made a refund and before we have its answer."""

    def __init__(self, url: str, happens: Callable[[RefundAnswer], None]) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self._happens = happens
        self.calls = 0

    def refund(self, request: RefundRequest) -> RefundAnswer:
        self.calls += 1
        answer = super().refund(request)
        self._happens(answer)
        return answer


class Killed(BaseException):
    """The worker dies, so that nothing after this is done."""


def webhook(shop: Shop, answer: RefundAnswer, kind: str = "refund.updated") -> None:
    """Let the event of a refund come in and be applied at once, while its direct answer is still on its way."""
    event = new_ref("evt", 12)
    payload = {"data": {"object": {"object": "refund", "id": answer.provider_ref}}}
    hear_event(shop.toolkit, sender="stripe", event_id=event, kind=kind, payload=payload)
    apply_stripe_event(shop.toolkit, shop.ports.refunds, event_id=event)


def entries(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT occasion FROM journal_entries ORDER BY id")]


@pytest.mark.proves("bug 4", "bug 46", "fault 28", "F2", "M4")
def test_a_webhook_that_beats_the_answer_of_its_own_call_settles_the_one_refund_once(shop: Shop):
    order, ref, refund = shop.promised_refund()
    provider = Between(shop.sandbox.url, lambda answer: webhook(shop, answer))

    again = send_refund(shop.toolkit, provider, refund_ref=refund)
    shop.work()

    assert again is False
    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert shop.rows("SELECT count(*) FROM external_refunds")[0][0] == 0
    assert entries(shop).count("refund_settled") == 1
    assert shop.letters(order).count("refund_sent") == 1
    assert shop.balance("stripe_balance") == -5_500
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("bug 9", "bug 8", "fault 9", "F2")
def test_an_answer_that_is_lost_after_the_webhook_settled_it_takes_nothing_back(shop: Shop):
    _, ref, refund = shop.promised_refund()

    def told_then_cut(answer: RefundAnswer) -> None:
        webhook(shop, answer)
        raise UnknownOutcome("cut after the webhook")

    again = send_refund(shop.toolkit, Between(shop.sandbox.url, told_then_cut), refund_ref=refund)

    assert again is False
    assert shop.refunds()[0].state == "succeeded"
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("bug 46", "bug 11", "bug 13")
def test_a_worker_that_dies_with_the_answer_in_hand_leaves_a_row_that_the_webhook_settles(shop: Shop):
    _, ref, refund = shop.promised_refund()

    def dies(_: RefundAnswer) -> None:
        raise Killed

    with pytest.raises(Killed):
        send_refund(shop.toolkit, Between(shop.sandbox.url, dies), refund_ref=refund)
    left = shop.refunds()[0].state
    made = shop.ports.refunds.of_payment(shop.rows("SELECT provider_ref FROM payments")[0][0], None)
    webhook(shop, made[0])
    after = Between(shop.sandbox.url, lambda _: None)
    send_refund(shop.toolkit, after, refund_ref=refund)

    assert left == "sent"
    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert after.calls == 0
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("bug 11", "bug 12", "bug 13", "M5")
def test_a_worker_that_dies_is_followed_by_one_that_says_the_very_same_again(shop: Shop):
    order, _, refund = shop.promised_refund()

    def dies(_: RefundAnswer) -> None:
        raise Killed

    with pytest.raises(Killed):
        send_refund(shop.toolkit, Between(shop.sandbox.url, dies), refund_ref=refund)
    shop.later(hours=3)
    after = Between(shop.sandbox.url, lambda _: None)
    send_refund(shop.toolkit, after, refund_ref=refund)

    held = shop.ports.refunds.of_payment(order.payments[0], None)
    assert [answer.refund_ref for answer in held] == [refund]
    assert [row.state for row in shop.refunds()] == ["succeeded"]


@pytest.mark.proves("bug 5", "bug 6", "bug 18", "bug 23", "F2", "F3")
@pytest.mark.parametrize("order_of_news", list(permutations(range(3))))
def test_three_partial_refunds_hear_their_own_news_in_any_order_and_again(shop: Shop, order_of_news: tuple[int, ...]):
    order = shop.lost_order(lines=(("Cup", "10.00", 3),), shipping="0.00")
    refs = [shop.report(order, Problem.MISSING_PACKAGE) for _ in range(3)]
    for ref in refs:
        shop.accept(order, ref, "refund")
    shop.work()
    refunds, before = shop.refunds(), entries(shop)

    for number in (*order_of_news, *order_of_news):
        shop.hear_of(refunds[number].provider_ref)
        shop.work()
    told = entries(shop)
    failing = refunds[order_of_news[-1]]
    shop.sandbox.move_refund(failing.provider_ref, "failed")
    for number in (*order_of_news, *order_of_news):
        shop.hear_of(refunds[number].provider_ref)
        shop.work()

    assert told == before
    assert len(shop.refunds()) == 3
    assert {row.ref: row.state for row in shop.refunds()} == {
        row.ref: "failed" if row.ref == failing.ref else "succeeded" for row in refunds
    }
    assert [shop.claim(ref).state for ref in refs] == [
        "offered" if row.ref == failing.ref else "made_whole" for row in refunds
    ]
    assert shop.rows("SELECT count(*) FROM external_refunds")[0][0] == 0
    assert shop.balance("stripe_balance") == -2_000
    assert shop.balance("owed_to_customers") == -1_000


@pytest.mark.proves("bug 7", "fault 35", "fault 70", "bug 26")
def test_a_refund_that_is_pending_for_40_days_is_called_nothing_else_and_made_once(shop: Shop):
    order, ref, refund = shop.promised_refund(behaviour="stays_pending")
    shop.work()

    for _ in range(40):
        shop.later(days=1)
        every_sweep(shop)
    states = [(row.ref, row.state) for row in shop.refunds()]
    told = shop.letters(order)
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "succeeded")
    for _ in range(15):  # What has waited for long is asked for every ten minutes.
        shop.later(minutes=1)
        every_sweep(shop)

    assert states == [(refund, "pending")]
    assert told
    assert "refund_sent" not in told
    assert [one for one in shop.letters(order) if one not in told] == ["refund_sent"]
    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert shop.claim(ref).state == "made_whole"


def every_sweep(shop: Shop) -> None:
    """Run what the worker runs by the clock, and the jobs that come of it."""
    poll_events(shop.toolkit, shop.ports.refunds)
    for one in open_refunds(shop.toolkit):
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=one)
    for one in due_claims(shop.toolkit):
        look_again(shop.toolkit, claim_ref=one)
    forget_old(shop.toolkit)
    expire_credit_holds(shop.toolkit)
    shop.work()


@pytest.mark.proves("bug 28")
@pytest.mark.parametrize(
    "kind", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated", "refund.of_the_future"]
)
def test_whatever_an_event_is_called_its_refund_is_read_again(shop: Shop, kind: str):
    _, ref, _ = shop.promised_refund(behaviour="stays_pending")
    shop.work()
    made = shop.refunds()[0].provider_ref
    shop.sandbox.move_refund(made, "succeeded")

    webhook(shop, shop.ports.refunds.read(made, None), kind)

    assert shop.refunds()[0].state == "succeeded"
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("bug 24", "bug 25", "bug 27", "F11")
def test_after_a_late_failure_the_same_money_is_paid_another_way_and_counted_once(shop: Shop):
    order, ref, _ = shop.promised_refund()
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed", failure_reason="lost_or_stolen_card")
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()
    said = shop.letters(order)[-1]

    shop.accept(order, ref, "store_credit")
    shop.work()

    assert said == "refund_failed"
    assert (shop.balance("owed_to_customers"), shop.balance("store_credit_liability")) == (0, -5_500)
    assert shop.balance("remedy_cost") == 5_500
