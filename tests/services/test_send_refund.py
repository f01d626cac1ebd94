"""A refund under faults: unknown stays unknown, the key stays the same, and the list is read before anything else."""

import pytest

from portal.domain.ports import LaneShut
from portal.services.poll_events import poll_events
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.shop import Shop


def send(shop: Shop, refund_ref: str) -> bool:
    return send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund_ref)


def state(shop: Shop) -> str:
    return shop.refunds()[0].state


@pytest.mark.proves("fault 9", "bug 8", "bug 9", "M5")
def test_an_answer_that_was_lost_after_the_refund_was_made_is_unknown_and_then_found_under_the_same_key(
    shop: Shop,
) -> None:
    _, ref, refund = shop.promised_refund()
    shop.sandbox.fault("half-answer", path="/v1/refunds")

    assert send(shop, refund) is True
    assert state(shop) == "unknown"
    assert send(shop, refund) is False

    assert state(shop) == "succeeded"
    assert shop.claim(ref).state == "made_whole"
    assert len(shop.ports.refunds.of_payment(payment(shop), None)) == 1


def payment(shop: Shop) -> str:
    return str(shop.rows("SELECT provider_ref FROM payments WHERE provider_ref IS NOT NULL")[0][0])


@pytest.mark.proves("fault 11")
def test_a_saved_500_is_overcome_by_reading_the_list(shop: Shop) -> None:
    shop.promised_refund()
    refund = shop.refunds()[0].ref
    shop.sandbox.fault("500-saved", path="/v1/refunds")
    assert send(shop, refund) is True

    shop.later(minutes=3)
    assert open_refunds(shop.toolkit) == [refund]
    reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert state(shop) == "succeeded"


@pytest.mark.proves("fault 13")
def test_429_changes_nothing_and_is_tried_again(shop: Shop) -> None:
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("429", path="/v1/refunds")

    with pytest.raises(LaneShut):
        send(shop, refund)
    shop.later(seconds=1)
    assert send(shop, refund) is False

    assert state(shop) == "succeeded"


@pytest.mark.proves("fault 20")
def test_a_rolled_key_leaves_the_refund_waiting(shop: Shop) -> None:
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("401", path="/v1/refunds")

    with pytest.raises(LaneShut):
        send(shop, refund)

    assert state(shop) == "sent"
    shop.later(minutes=2)
    assert send(shop, refund) is False


@pytest.mark.proves("fault 24", "bug 10")
def test_an_old_refund_without_an_answer_is_never_sent_again_blindly(shop: Shop) -> None:
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send(shop, refund) is True

    shop.later(hours=21)
    said = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert said == "too old to send again"
    assert state(shop) == "unknown"


@pytest.mark.proves("fault 18", "M13", "bug 32")
def test_a_chargeback_blocks_the_refund_and_a_person_takes_over(shop: Shop) -> None:
    order, ref, refund = shop.promised_refund()
    shop.sandbox.dispute(payment(shop))

    send(shop, refund)
    shop.work()

    assert state(shop) == "blocked_by_dispute"
    assert shop.claim(ref).state == "escalated"
    assert shop.letters(order)[-1] == "refund_failed"


@pytest.mark.proves("fault 35", "bug 26", "bug 28")
def test_a_refund_that_takes_its_time_is_settled_by_polling_alone(shop: Shop) -> None:
    _, ref, _ = shop.promised_refund(behaviour="stays_pending")
    shop.work()
    assert state(shop) == "pending"
    assert shop.claim(ref).state == "accepted"

    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "succeeded")
    shop.later(minutes=3)
    poll_events(shop.toolkit, shop.ports.refunds)
    shop.work()

    assert state(shop) == "succeeded"
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("F2", "F3", "bug 23")
def test_news_that_comes_twice_or_late_changes_nothing(shop: Shop) -> None:
    _, _, refund = shop.promised_refund()
    send(shop, refund)
    before = shop.rows("SELECT count(*) FROM journal_entries")[0][0]

    for _ in range(3):
        shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()

    assert shop.rows("SELECT count(*) FROM journal_entries")[0][0] == before
    assert shop.rows("SELECT DISTINCT outcome FROM incoming_events")[0][0] == "refund is succeeded"
