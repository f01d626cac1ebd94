"""What others did at the provider is known here after we had promised: what waits is legal until it is turned down."""

from datetime import datetime

import pytest
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.records.invariants.every import OURS
from portal.services.adopt_refund import adopt_refund
from portal.services.check_invariants import check_invariants
from portal.services.follow_dispute import follow_dispute
from tests.support.invariants import assert_all_hold
from tests.support.shop import NOW, AnOrder, Shop

STRIPE = Actor.system("stripe")
_BESIDE = tuple(one for one in OURS if one.key in {"M1", "M2", "M9", "M13"})


def adopted(shop: Shop, order: AnOrder, minor: int) -> None:
    """Let a refund of the dashboard be known a minute after what was promised."""
    made = shop.sandbox.dashboard_refund(order.payments[0], minor)
    shop.later(minutes=1)
    adopt_refund(shop.toolkit, shop.ports.refunds.read(made, None), STRIPE, all_read=True)
    shop.later(minutes=1)


def disputed(shop: Shop, order: AnOrder) -> str:
    """Let a chargeback be known a minute after what was promised."""
    dispute = shop.sandbox.dispute(order.payments[0])
    shop.later(minutes=1)
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)
    shop.later(minutes=1)
    return dispute


def broken_as_if_promised(shop: Shop, at: datetime) -> list[str]:
    """Let all that was promised have been promised at a moment, and name what does not hold beside others then."""
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE refunds SET created_at = :at"), {"at": at})
        session.execute(text("UPDATE remedies SET promised_at = :at"), {"at": at})
    return [one.key for one in check_invariants(shop.toolkit, among=_BESIDE)]


@pytest.mark.proves("fault 17", "M1", "M9")
def test_a_refund_that_waits_is_legal_where_a_refund_by_hand_is_known_later_and_not_where_it_was_before(shop: Shop):
    order, ref, _ = shop.promised_refund()
    adopted(shop, order, 1_000)

    assert_all_hold(shop.toolkit)
    assert broken_as_if_promised(shop, shop.now()) == ["M1", "M9"]
    shop.work()
    assert shop.refunds()[0].state == "refused"
    assert shop.claim(ref).state == "escalated"


@pytest.mark.proves("fault 18", "M13")
def test_a_refund_that_waits_is_legal_where_a_chargeback_is_known_later_and_not_where_it_was_before(shop: Shop):
    order, ref, _ = shop.promised_refund()
    disputed(shop, order)

    assert_all_hold(shop.toolkit)
    assert broken_as_if_promised(shop, shop.now()) == ["M13"]
    shop.work()
    assert shop.refunds()[0].state == "blocked_by_dispute"
    assert shop.claim(ref).state == "escalated"


@pytest.mark.proves("M2", "M9", "M13")
def test_a_loss_that_is_known_leaves_nothing_to_promise(shop: Shop):
    order, _, _ = shop.promised_refund()
    dispute = disputed(shop, order)
    shop.sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "lost"})
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)
    shop.later(minutes=1)

    assert_all_hold(shop.toolkit)
    assert broken_as_if_promised(shop, shop.now()) == ["M9", "M2", "M13"]
    shop.work()


@pytest.mark.proves("M9")
def test_credit_that_was_promised_before_a_refund_by_hand_is_legal(shop: Shop):
    order = shop.lost_order()
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "store_credit")
    adopted(shop, order, 1_000)

    assert_all_hold(shop.toolkit)
    assert broken_as_if_promised(shop, shop.now()) == ["M9"]
    assert broken_as_if_promised(shop, NOW) == []
    shop.work()
