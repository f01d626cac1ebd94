"""What only a person can put right about a refund: seen once, never retried blindly, and gone when it came right."""

import pytest

from portal.domain.actors import Actor
from portal.domain.ports import LaneShut
from portal.services.close_trouble import close_trouble
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.shop import Shop
from tests.support.what_is_left import can_take_back


def send(shop: Shop, refund_ref: str) -> bool:
    return send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund_ref)


def troubles(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL ORDER BY id")]


def calls(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT outcome FROM refund_calls ORDER BY id")]


def jobs(shop: Shop) -> list[str]:
    asked = "SELECT task_name FROM jobs.procrastinate_jobs WHERE status = 'todo' AND attempts = 0"
    return [row[0] for row in shop.rows(asked)]


def drift(shop: Shop, refund: str) -> None:
    """Use a refund's key for something else before it is sent."""
    payment = shop.rows("SELECT provider_ref FROM payments")[0][0]
    body = f"payment_intent={payment}&amount=1"
    headers = {
        "Authorization": "Bearer sk_test_other",
        "Idempotency-Key": refund,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    status, content = shop.sandbox.raw("POST", "/v1/refunds", body.encode(), headers)
    assert status == 200, content


@pytest.mark.proves("fault 23", "F11", "bug 24", "bug 25", "bug 27")
def test_a_refund_that_came_back_after_it_succeeded_is_owed_again_told_and_seen(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.work()
    kept = shop.claim(ref).state

    shop.later(days=9)
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed", failure_reason="expired_or_canceled_card")
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()

    assert shop.refunds()[0].state == "failed"
    assert (kept, shop.claim(ref).state) == ("made_whole", "offered")
    assert shop.letters(order)[-1] == "refund_failed"
    assert shop.balance("owed_to_customers") == -5500
    assert troubles(shop) == [("late_failure", refund)]
    live = [offer for offer in shop.claim(ref).lines[0].offers if offer.state == "live"]
    assert [(offer.kind, offer.amount_minor) for offer in live] == [("store_credit", 5_500)]
    shop.accept(order, ref, "store_credit")
    shop.work()
    assert (shop.claim(ref).state, shop.balance("owed_to_customers")) == ("made_whole", 0)


def test_a_trouble_is_closed_by_a_person_once(shop: Shop):
    _, _, _ = shop.promised_refund()
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed")
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()
    named = shop.rows("SELECT ref FROM troubles")[0][0]

    closed = [close_trouble(shop.toolkit, ref=named, actor=Actor.staff(1)) for _ in range(2)]

    assert closed == [True, False]
    assert shop.rows("SELECT closed_by FROM troubles")[0][0] == "staff:1"


@pytest.mark.proves("bug 20", "F11", "fault 21")
def test_what_the_provider_refuses_goes_to_a_person_and_the_hold_is_released(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault("refused", path="/v1/refunds", code="balance_insufficient")
    held = can_take_back(shop, order)

    shop.work()

    assert (held, can_take_back(shop, order)) == ([0], [5_500])
    claim = shop.claim(ref)
    assert shop.refunds()[0].state == "refused"
    assert (claim.state, claim.lines[0].reason) == ("escalated", "refund_refused")
    assert claim.answer_by is not None
    assert [offer.state for offer in claim.lines[0].offers if offer.state == "live"] == []
    assert shop.letters(order)[-1] == "refund_failed"
    assert troubles(shop) == [("refund_refused", refund)]


@pytest.mark.proves("fault 15", "bug 14", "M5", "M6")
def test_a_key_that_is_known_with_other_parameters_stops_the_refund_and_no_other_key_is_made(shop: Shop):
    _, _, refund = shop.promised_refund()
    drift(shop, refund)

    shop.work()
    shop.later(minutes=3)
    said = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
    shop.work()

    assert (shop.refunds()[0].state, shop.refunds()[0].reason) == ("unknown", "key_misused")
    # Two jobs of one claim may have met; whatever ran was under the one key.
    assert set(calls(shop)) == {"key_misused"}
    shop.later(hours=21)
    much_later = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
    assert (said, much_later) == ("stopped", "stopped")
    assert troubles(shop) == [("key_misused", refund)]
    settle_by_hand(shop)


def settle_by_hand(shop: Shop) -> None:
    """Adopt what was made under the key beside us, so that the books are equal at the end."""
    other = shop.rows("SELECT provider_ref FROM payments")[0][0]
    found = shop.ports.refunds.of_payment(other, None)[0]
    shop.hear_of(found.provider_ref)
    shop.work()


@pytest.mark.proves("fault 20")
def test_a_rolled_key_shuts_the_lane_tells_once_and_uses_up_no_try(shop: Shop):
    first = shop.promised_refund()
    shop.work()
    for _ in range(3):
        shop.promised_refund()
    shop.sandbox.fault("401", method="*", path="/v1/*", times=None)

    shop.work()

    assert [one for one, _ in troubles(shop)] == ["provider_locked"]
    assert set(jobs(shop)) == {"claims.follow"}
    assert shop.failed_jobs() == []
    assert len([call for call in calls(shop) if call == "ProviderLocked"]) <= 2
    assert first[2] == shop.refunds()[0].ref
    shop.sandbox.no_faults()
    later_now(shop)
    assert {row.state for row in shop.refunds()} == {"succeeded"}
    assert troubles(shop) == []


def later_now(shop: Shop) -> None:
    """Let two minutes pass, and every job that waits be due; those that find the lane still shut wait once more."""
    for _ in range(3):
        shop.later(minutes=2)
        with shop.toolkit.transaction() as session:
            session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
        shop.work()


@pytest.mark.proves("fault 20")
def test_while_the_lane_is_shut_one_try_a_minute_leaves(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("403", path="/v1/refunds", times=None)
    for _ in range(4):
        with pytest.raises(LaneShut):
            send(shop, refund)
    assert calls(shop) == ["ProviderLocked"]

    shop.later(seconds=61)
    for _ in range(4):
        with pytest.raises(LaneShut):
            send(shop, refund)

    assert calls(shop) == ["ProviderLocked"] * 2


@pytest.mark.proves("fault 13")
def test_429_pauses_the_lane_for_all_and_longer_each_time(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("429", path="/v1/refunds", times=4)
    waits = []
    for _ in range(4):
        with pytest.raises(LaneShut):
            send(shop, refund)
        pause = shop.rows("SELECT paused_until FROM refund_lanes")[0][0] - shop.now()
        waits.append(pause.total_seconds())
        shop.later(seconds=31)

    assert waits == [0.1, 0.2, 0.4, 0.8]
    assert send(shop, refund) is False
    assert shop.refunds()[0].state == "succeeded"
    assert troubles(shop) == []


@pytest.mark.proves("fault 24", "fault 11", "M6", "bug 10")
def test_after_twenty_hours_nothing_is_sent_before_the_list_was_read_and_then_a_person_sees_it(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send(shop, refund) is True

    shop.later(hours=21)
    said = [send(shop, refund) for _ in range(2)]

    assert said == [False, False]
    assert shop.refunds()[0].state == "unknown"
    assert calls(shop) == ["unknown"]
    assert troubles(shop) == [("unknown_too_long", refund)]


@pytest.mark.proves("fault 24", "bug 10", "bug 11")
def test_after_twenty_hours_what_the_list_has_is_adopted(shop: Shop):
    _, ref, refund = shop.promised_refund()
    shop.sandbox.fault("after-execute", path="/v1/refunds")
    assert send(shop, refund) is True

    shop.later(hours=21)
    assert send(shop, refund) is False

    assert shop.refunds()[0].state == "succeeded"
    assert calls(shop) == ["unknown", "found"]
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 11")
def test_after_a_saved_500_the_list_is_read_before_the_next_call(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("500-saved", path="/v1/refunds")
    said = [send(shop, refund) for _ in range(2)]

    assert said == [True, False]
    assert calls(shop) == ["unknown", "found"]
    assert shop.refunds()[0].state == "succeeded"


@pytest.mark.proves("fault 11", "M6", "bug 12", "bug 10")
def test_a_500_that_never_ran_is_seen_by_a_person_after_twenty_hours_and_gets_no_new_key(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("500-saved-not-executed", path="/v1/refunds")
    for _ in range(5):
        assert send(shop, refund) is True

    shop.later(hours=21)
    assert open_refunds(shop.toolkit) in ([], [refund])
    said = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert said == "too old to send again"
    assert troubles(shop) == [("unknown_too_long", refund)]
    assert len(shop.refunds()) == 1


def test_refunds_leave_at_most_twenty_a_second(shop: Shop):
    refunds = [shop.promised_refund()[2] for _ in range(6)]
    began = shop.rows("SELECT clock_timestamp()")[0][0]
    for refund in refunds:
        send(shop, refund)

    # A call may be held up between taking its slot and being noted: only a moment before the first slot counts.
    last = shop.rows("SELECT max(called_at) FROM refund_calls")[0][0]
    assert (last - began).total_seconds() >= 5 * 0.05
