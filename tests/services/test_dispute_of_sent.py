"""A chargeback that becomes known after a refund may have been sent: the list is read, and nothing more is sent."""

from dataclasses import replace
from datetime import datetime

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import NotLeft
from portal.domain.ports import LaneShut
from portal.domain.problems import Problem
from portal.services.follow_dispute import follow_dispute
from portal.services.reconcile_refunds import reconcile_refund
from portal.services.send_refund import send_refund
from tests.support.shop import Shop
from tests.support.what_is_left import can_take_back

STRIPE = Actor.system("stripe")


def send(shop: Shop, refund: str) -> bool:
    return send_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)


def disputed(shop: Shop, payment: str) -> str:
    """Let the bank dispute a payment, and us hear of it."""
    dispute = shop.sandbox.dispute(payment)
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)
    return dispute


def calls(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT outcome FROM refund_calls ORDER BY id")]


@pytest.mark.proves("fault 18", "M13")
@pytest.mark.parametrize(("fault", "told"), [("429", "ProviderBusy"), ("401", "ProviderLocked")])
def test_what_surely_was_not_carried_out_is_blocked_before_any_other_call(shop: Shop, fault: str, told: str):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault(fault, path="/v1/refunds")
    with pytest.raises(LaneShut):
        send(shop, refund)
    disputed(shop, order.payments[0])
    shop.later(minutes=2)

    assert send(shop, refund) is False

    assert calls(shop) == [told]
    assert (shop.refunds()[0].state, shop.claim(ref).state) == ("blocked_by_dispute", "escalated")


@pytest.mark.proves("fault 18", "M13", "M6")
def test_what_may_have_been_made_is_looked_for_only_and_waits_for_a_person_where_it_is_not_listed(shop: Shop):
    order, _, refund = shop.promised_refund()
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send(shop, refund) is True
    disputed(shop, order.payments[0])

    for _ in range(3):
        shop.later(minutes=20)
        reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
        shop.work()
    early = shop.refunds()[0].state
    shop.later(hours=20)
    reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)

    assert (early, shop.refunds()[0].state) == ("unknown", "unknown")
    assert calls(shop) == ["unknown"]
    told = "SELECT kind FROM troubles WHERE closed_at IS NULL AND subject = :refund"
    assert shop.rows(told, refund=refund) == [("unknown_too_long",)]


@pytest.mark.proves("fault 18", "fault 9")
def test_what_was_made_before_the_dispute_is_found(shop: Shop):
    _, _, refund = shop.promised_refund()
    shop.sandbox.fault("after-execute", path="/v1/refunds")
    assert send(shop, refund) is True
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO disputes (ref, payment_id, provider_ref, state, amount_minor, currency, opened_at, read_at)"
            " SELECT 'DSP-ACDEFGHJKM', id, 'dp_1', 'needs_response', 100, currency, now(), now() FROM payments"
        )

    assert send(shop, refund) is False

    assert shop.refunds()[0].state == "succeeded"
    assert calls(shop) == ["unknown", "found"]
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE disputes SET state = 'won', closed_at = now()")


@pytest.mark.proves("fault 19", "M13")
def test_after_a_win_it_goes_out_again_under_its_own_key(shop: Shop):
    order, ref, refund = shop.promised_refund()
    shop.sandbox.fault("before", path="/v1/refunds")
    assert send(shop, refund) is True
    dispute = disputed(shop, order.payments[0])
    assert send(shop, refund) is False
    shop.sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "won"})
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)

    assert send(shop, refund) is False

    assert [(row.ref, row.state) for row in shop.refunds()] == [(refund, "succeeded")]
    shop.work()
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("M2", "M13", "bug 33")
def test_of_a_payment_that_was_lost_nothing_is_offered_or_given_on_another_line_either(shop: Shop):
    order = shop.lost_order(lines=(("Cup", "20.00", 1), ("Kettle", "30.00", 1)), shipping="0.00")
    before = can_take_back(shop, order)
    offered_before = shop.report(order, Problem.MISSING_PACKAGE, 1)
    dispute = disputed(shop, order.payments[0])
    shop.sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "lost"})
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)

    later = shop.report(order, Problem.MISSING_PACKAGE, 2)
    with pytest.raises(NotLeft):
        shop.accept(order, offered_before, "refund")
    shop.work()

    assert (before, can_take_back(shop, order)) == ([5_000], [0])
    kinds = {offer.kind for line in shop.claim(later).lines for offer in line.offers if offer.state == "live"}
    assert kinds <= {"replacement"}
    assert shop.claim(offered_before).state == "escalated"
    assert shop.rows("SELECT ref FROM refunds UNION ALL SELECT source FROM credit_lots") == []


@pytest.mark.proves("fault 18", "M13")
def test_since_when_a_dispute_blocks_is_kept_once_however_often_it_is_read(shop: Shop):
    order, _, _ = shop.promised_refund()
    first = shop.ports.refunds.dispute(shop.sandbox.dispute(order.payments[0]), None)

    def known(state: str) -> datetime | None:
        shop.later(days=1)
        follow_dispute(shop.toolkit, replace(first, state=state), STRIPE)
        return shop.rows("SELECT known_at FROM disputes")[0][0]

    inquiry, blocking, since = known("warning_needs_response"), known("needs_response"), shop.now()
    later = [known("under_review"), known("lost"), known("won")]

    assert (inquiry, blocking, later) == (None, since, [since] * 3)
