"""Our balance at the provider is too low: staff are told at once, with the sum that waits, until it is filled."""

import pytest

from portal.domain.problems import Problem
from portal.services.reconcile_refunds import open_refunds, reconcile_refund
from portal.services.watch_balance import watch_balance
from tests.support.shop import Shop

pytestmark = pytest.mark.proves("fault 21")


def refunded(shop: Shop, *, too_little: bool) -> str:
    """Let a refund be taken by Stripe, and give its name there."""
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    if too_little:
        shop.sandbox.fault("outcome", behaviour="insufficient_funds", after_seconds=86_400)
    shop.work()
    return str(shop.refunds()[-1].provider_ref)


def told(shop: Shop) -> list[tuple[str, int, int]]:
    asked = "SELECT subject, detail FROM troubles WHERE kind = 'balance_low' AND closed_at IS NULL"
    return [(subject, detail["amount_minor"], detail["refunds"]) for subject, detail in shop.rows(asked)]


def sweep(shop: Shop) -> None:
    shop.later(minutes=3)
    for refund in open_refunds(shop.toolkit):
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
    shop.work()
    watch_balance(shop.toolkit)


def test_too_low_a_balance_is_told_once_with_what_waits_and_taken_back_when_it_is_filled(shop: Shop):
    refunded(shop, too_little=False)
    watch_balance(shop.toolkit)
    assert told(shop) == []
    first = refunded(shop, too_little=True)
    watch_balance(shop.toolkit)
    assert told(shop) == [("balance BRL", 5_500, 1)]
    second = refunded(shop, too_little=True)
    for _ in range(2):
        watch_balance(shop.toolkit)
    assert told(shop) == [("balance BRL", 11_000, 2)]

    shop.sandbox.move_refund(first, "succeeded")
    sweep(shop)
    one_left = told(shop)
    shop.sandbox.move_refund(second, "failed")
    sweep(shop)

    assert one_left == [("balance BRL", 5_500, 1)]
    assert told(shop) == []
    assert shop.rows("SELECT closed_by FROM troubles WHERE kind = 'balance_low'") == [("system:worker",)]


def test_a_refund_that_waits_for_the_bank_is_no_sign_of_a_low_balance(shop: Shop):
    order = shop.lost_order(behaviour="stays_pending")
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")
    shop.work()

    watch_balance(shop.toolkit)

    assert [row.state for row in shop.refunds()] == ["pending"]
    assert told(shop) == []
