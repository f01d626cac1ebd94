"""Stripe's balance held against ours: what moved there and here is matched, and what is not is listed by name (X4)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.ports_books import MovementKind, ProviderBalance
from portal.domain.problems import Problem
from portal.services.hear_event import hear_event
from portal.services.reconcile_balance import Report, reconcile_balance
from tests.support.shop import Shop

pytestmark = pytest.mark.proves("X4")
WORKER = Actor.system("tests")


@pytest.fixture(autouse=True)
def _today(shop: Shop) -> None:
    """Let the shop live today, as the double does."""
    shop.clock[0] = datetime.now(UTC)


@pytest.fixture
def compare(shop: Shop) -> Callable[..., Report]:
    """Compare as some days from now."""

    def run(days: int = 2) -> Report:
        shop.later(days=days)
        try:
            return reconcile_balance(shop.toolkit, balance_of(shop), WORKER)
        finally:
            shop.later(days=-days)

    return run


def balance_of(shop: Shop) -> ProviderBalance:
    return certain(shop.ports.balance, "the shop of the tests has one")


def refunded(shop: Shop) -> str:
    """Let a refund succeed, and give its name at Stripe."""
    order = shop.order()
    shop.accept(order, shop.report(order, Problem.DAMAGED), "refund")
    shop.work()
    return str(shop.refunds()[-1].provider_ref)


def why(report: Report, *subjects: str) -> list[tuple[str, str]]:
    """Tell what differs about some things: the double keeps what other tests left."""
    return [(one.kind, one.why or "") for one in report.differences if one.subject in subjects]


def test_a_refund_and_its_return_are_matched_with_their_movements(shop: Shop, compare: Callable[..., Report]) -> None:
    provider_ref = refunded(shop)
    went = compare()
    shop.sandbox.move_refund(provider_ref, "failed")
    shop.hear_of(provider_ref)
    shop.work()

    came_back = compare()

    assert why(went, provider_ref) == why(came_back, provider_ref) == []
    moved = [
        one.kind
        for one in balance_of(shop).movements_since(shop.now() - timedelta(hours=1))
        if one.subject_ref == provider_ref
    ]
    assert sorted(moved) == [MovementKind.REFUND, MovementKind.REFUND_FAILED]
    assert came_back.matched >= 2


def test_a_refund_in_another_currency_than_that_of_the_balance_is_matched(
    shop: Shop, compare: Callable[..., Report]
) -> None:
    shop.sandbox.settle_in("brl", "eur", 0.1613)
    try:
        provider_ref = refunded(shop)
        shop.sandbox.move_refund(provider_ref, "failed")
        disputed = shop.order()
        dispute = shop.sandbox.dispute(disputed.payments[0])
    finally:
        shop.sandbox.settle_in("brl", "brl")
    shop.hear_of(provider_ref)
    told = {"data": {"object": {"object": "dispute", "id": dispute}}}
    hear_event(shop.toolkit, sender="stripe", event_id=f"evt_{dispute}", kind="charge.dispute.created", payload=told)
    shop.work()

    report = compare()

    assert why(report, provider_ref, dispute) == []
    moved = [
        (one.kind, one.amount.currency)
        for one in balance_of(shop).movements_since(shop.now() - timedelta(hours=1))
        if one.subject_ref in (provider_ref, dispute)
    ]
    assert sorted(moved) == [("disputed", "BRL"), ("refund", "BRL"), ("refund_failed", "BRL")]


def test_a_return_that_nobody_told_us_of_is_listed(shop: Shop, compare: Callable[..., Report]) -> None:
    provider_ref = refunded(shop)
    shop.sandbox.move_refund(provider_ref, "failed")

    report = compare()

    assert why(report, provider_ref) == [("refund_failed", "state")]
    shop.hear_of(provider_ref)
    shop.work()
    assert why(compare(), provider_ref) == []


def test_a_refund_made_in_the_dashboard_is_listed_until_it_is_known(shop: Shop, compare: Callable[..., Report]) -> None:
    order = shop.order()
    provider_ref = shop.sandbox.dashboard_refund(order.payments[0], 700)

    unknown = why(compare(), provider_ref)
    shop.hear_of(provider_ref)
    shop.work()

    assert unknown == [("refund", "unknown")]
    assert why(compare(), provider_ref) == []


def test_what_moved_within_a_day_may_still_be_under_way(shop: Shop, compare: Callable[..., Report]) -> None:
    order = shop.order()
    provider_ref = shop.sandbox.dashboard_refund(order.payments[0], 700)

    report = compare(days=0)

    assert why(report, provider_ref) == []
    assert report.waiting >= 1
    shop.hear_of(provider_ref)
    shop.work()


def test_money_that_we_think_has_left_and_has_not_is_listed(shop: Shop, compare: Callable[..., Report]) -> None:
    provider_ref = refunded(shop)

    class Forgetful:
        """A provider whose list has lost the movement."""

        def movements_since(self, moment: object, account: str | None = None) -> list:
            return []

    shop.later(days=2)
    report = reconcile_balance(shop.toolkit, Forgetful(), WORKER)
    shop.later(days=-2)

    assert why(report, provider_ref) == [("refund", "missing")]
    assert report.matched == 0


def test_a_comparison_reaches_back_to_what_differed_before(shop: Shop, compare: Callable[..., Report]) -> None:
    order = shop.order()
    refund = shop.sandbox.dashboard_refund(order.payments[0], 700)

    first, second = compare(), compare(days=20)

    assert second.since.date() <= min(one.happened_at for one in first.differences).date()
    assert second.since > shop.now() - timedelta(days=60)
    shop.hear_of(refund)
    shop.work()
