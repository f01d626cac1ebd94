"""The lane to the provider is one for all that speak of refunds: its pace, its pauses, and who finds it open again."""

import time

import pytest

from portal.domain.problems import Problem
from portal.records import refund_lane
from portal.services.enter_lane import enter_lane, leave_lane, wait_for_slot
from portal.services.reconcile_refunds import reconcile_refund
from tests.support.shop import Shop


def pending(shop: Shop) -> str:
    """Let a refund stay pending at the provider, and give its ref."""
    order = shop.lost_order(behaviour="stays_pending")
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")
    shop.work()
    return str(shop.refunds()[-1].ref)


def troubles(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT kind FROM troubles WHERE closed_at IS NULL")]


@pytest.mark.proves("fault 20")
def test_a_lane_that_is_locked_with_nothing_to_send_is_opened_by_what_is_reconciled(shop: Shop):
    refund = pending(shop)
    shop.sandbox.fault("401", method="GET", path="/v1/refunds/*")
    asked = [reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund) for _ in range(2)]
    assert asked == ["LaneShut", "LaneShut"]
    assert troubles(shop) == ["provider_locked"]

    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "succeeded")
    shop.later(minutes=2)
    said = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert said == "refund is succeeded"
    assert troubles(shop) == []


def test_reading_lists_keeps_to_the_pace_of_the_lane(shop: Shop):
    refund = pending(shop)

    began = time.monotonic()
    for _ in range(5):
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert time.monotonic() - began >= 4 * 0.05


def test_the_pass_that_a_call_leaves_with_is_the_one_that_was_taken_last(shop: Shop):
    first = enter_lane(shop.toolkit)
    with shop.toolkit.transaction() as session:
        refund_lane.lock(session, shop.now())
    shop.later(minutes=2)
    time.sleep(0.05)

    leaving = wait_for_slot(shop.toolkit, first)

    assert not first.is_probe
    assert leaving.is_probe
    leave_lane(shop.toolkit, leaving)
    assert not enter_lane(shop.toolkit).is_probe
