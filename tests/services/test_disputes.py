"""What banks and the shop's own people do at the provider: disputes, and refunds made in its dashboard."""

from itertools import permutations

import pytest

from portal.domain.actors import Actor
from portal.domain.disputes import next_dispute_state
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.services.follow_dispute import follow_dispute
from portal.services.hear_event import hear_event
from portal.services.poll_events import poll_events
from tests.support.shop import AnOrder, Shop
from tests.support.what_is_left import can_take_back

STRIPE = Actor.system("stripe")


def hear_of_dispute(shop: Shop, dispute: str) -> None:
    payload = {"data": {"object": {"object": "dispute", "id": dispute}}}
    kind = "charge.dispute.updated"
    hear_event(shop.toolkit, sender="stripe", event_id=new_ref("evt", 12), kind=kind, payload=payload)
    shop.work()


def move(shop: Shop, dispute: str, status: str) -> None:
    shop.sandbox.post(f"/sandbox/disputes/{dispute}", {"status": status})
    hear_of_dispute(shop, dispute)


def troubles(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT kind FROM troubles WHERE closed_at IS NULL ORDER BY id")]


def calls(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT outcome FROM refund_calls ORDER BY id")]


def blocked(shop: Shop) -> tuple[AnOrder, str, str]:
    """Give a claim whose refund a chargeback blocks that is known before anything was sent."""
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    dispute = shop.sandbox.dispute(order.payments[0])
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)
    shop.work()
    return order, ref, dispute


@pytest.mark.proves("fault 18", "bug 33", "M13", "bug 32")
def test_a_chargeback_that_is_known_blocks_before_the_call_and_a_person_takes_over(shop: Shop):
    order, ref, _ = blocked(shop)

    assert shop.refunds()[0].state == "blocked_by_dispute"
    assert calls(shop) == []
    assert shop.claim(ref).state == "escalated"
    assert shop.letters(order)[-1] == "refund_failed"
    assert troubles(shop) == ["payment_disputed"]


@pytest.mark.proves("fault 19", "bug 34", "M13")
def test_after_a_win_the_money_can_go_back_the_way_it_came(shop: Shop):
    order, ref, dispute = blocked(shop)

    move(shop, dispute, "won")
    shop.accept(order, ref, "refund")
    shop.work()

    assert [refund.state for refund in shop.refunds()] == ["blocked_by_dispute", "succeeded"]
    assert shop.claim(ref).state == "made_whole"
    assert "refund_possible_again" in shop.letters(order)
    assert troubles(shop) == []


@pytest.mark.proves("M2", "M13", "bug 33")
def test_a_lost_dispute_is_booked_once_and_its_payment_gives_nothing_back(shop: Shop):
    _, ref, dispute = blocked(shop)

    for _ in range(3):
        hear_of_dispute(shop, dispute)
    move(shop, dispute, "lost")
    hear_of_dispute(shop, dispute)

    assert shop.balance("dispute_losses") == 5500
    assert shop.rows("SELECT state, closed_at IS NOT NULL FROM disputes")[0] == ("lost", True)
    assert troubles(shop) == ["payment_disputed"]
    # The bank gave the money back, so nothing may give it a second time by itself.
    assert [offer.kind for offer in shop.claim(ref).lines[0].offers if offer.state == "live"] == []


@pytest.mark.proves("M13")
def test_a_lost_dispute_that_is_won_after_all_gives_its_money_back_in_the_book_and_opens_the_way_again(shop: Shop):
    order, ref, dispute = blocked(shop)
    move(shop, dispute, "lost")

    move(shop, dispute, "won")
    hear_of_dispute(shop, dispute)

    assert shop.rows("SELECT state, closed_at IS NOT NULL FROM disputes")[0] == ("won", True)
    assert (shop.balance("dispute_losses"), shop.balance("stripe_balance")) == (0, 0)
    assert shop.rows("SELECT count(*) FROM journal_entries WHERE occasion = 'dispute_reversed'")[0][0] == 1
    assert troubles(shop) == []
    assert shop.letters(order)[-1] == "refund_possible_again"
    shop.accept(order, ref, "refund")
    shop.work()
    assert [refund.state for refund in shop.refunds()] == ["blocked_by_dispute", "succeeded"]


@pytest.mark.parametrize("told", list(permutations(["under_review", "lost", "won"])))
def test_readings_of_a_dispute_that_was_lost_and_then_won_end_in_the_win_in_any_order(told: tuple[str, ...]):
    state = None
    for one in told:
        state = next_dispute_state(state, one)

    assert state == "won"


@pytest.mark.proves("M13")
def test_an_inquiry_lets_the_refund_go(shop: Shop):
    order = shop.lost_order()
    dispute = shop.sandbox.dispute(order.payments[0], inquiry=True)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    follow_dispute(shop.toolkit, shop.ports.refunds.dispute(dispute, None), STRIPE)

    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.refunds()[0].state == "succeeded"


@pytest.mark.proves("F2")
@pytest.mark.parametrize("told", list(permutations(["needs_response", "under_review", "won"])))
def test_readings_of_a_dispute_may_come_in_any_order(told: tuple[str, ...]):
    state = None
    for one in told:
        state = next_dispute_state(state, one)

    assert state == "won"


@pytest.mark.proves("fault 35")
def test_a_dispute_is_found_by_polling_alone(shop: Shop):
    order = shop.lost_order()
    shop.sandbox.dispute(order.payments[0])

    poll_events(shop.toolkit, shop.ports.refunds)
    shop.work()

    assert shop.rows("SELECT state FROM disputes")[0][0] == "needs_response"


@pytest.mark.proves("fault 31", "bug 31", "M4", "F3")
def test_a_refund_of_the_dashboard_is_adopted_once_booked_and_taken_from_what_is_left(shop: Shop):
    order = shop.lost_order(lines=(("Blue kettle", "50.00", 2),))
    before = can_take_back(shop, order)
    made = shop.sandbox.dashboard_refund(order.payments[0], 10_000)

    for _ in range(3):
        poll_events(shop.toolkit, shop.ports.refunds)
        shop.hear_of(made)
        shop.work()

    assert shop.rows("SELECT provider_ref, amount_minor, state FROM external_refunds") == [(made, 10_000, "succeeded")]
    assert (shop.balance("refunded_elsewhere"), shop.balance("stripe_balance")) == (10_000, -10_000)
    assert troubles(shop) == ["refunded_elsewhere"]
    assert before[0] - 10_000 == can_take_back(shop, order)[0]
    # And what is left is all that is given: the card never gets more than it paid.
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE, quantity=2), "refund")
    shop.work()
    assert sum(refund.amount_minor for refund in shop.refunds() if refund.state == "succeeded") <= before[0] - 10_000


@pytest.mark.proves("bug 31")
def test_a_refund_of_the_dashboard_that_comes_back_is_taken_back_in_the_book(shop: Shop):
    order = shop.lost_order()
    made = shop.sandbox.dashboard_refund(order.payments[0], 1_000)
    shop.hear_of(made)
    shop.work()

    shop.sandbox.move_refund(made, "failed")
    shop.hear_of(made)
    shop.work()

    assert shop.balance("refunded_elsewhere") == 0
    assert shop.rows("SELECT state FROM external_refunds")[0][0] == "failed"


@pytest.mark.proves("fault 16", "bug 32", "bug 22")
def test_what_was_refunded_by_hand_meanwhile_is_not_paid_twice_and_a_person_decides(shop: Shop):
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    made = shop.sandbox.dashboard_refund(order.payments[0])

    shop.work()

    assert shop.refunds()[0].state == "refused"
    assert shop.rows("SELECT provider_ref FROM external_refunds")[0][0] == made
    assert shop.claim(ref).state == "escalated"
    assert set(troubles(shop)) == {"refunded_elsewhere", "refund_refused"}


@pytest.mark.proves("fault 17", "bug 20")
def test_a_partial_refund_by_hand_between_choice_and_call_releases_the_hold(shop: Shop):
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    held = can_take_back(shop, order)
    shop.sandbox.dashboard_refund(order.payments[0], 1_000)

    shop.work()

    assert (held, can_take_back(shop, order)) == ([0], [4_500])
    assert shop.refunds()[0].state == "refused"
    assert shop.claim(ref).state == "escalated"
    assert shop.rows("SELECT amount_minor FROM external_refunds")[0][0] == 1_000


def split(shop: Shop) -> tuple[AnOrder, str]:
    order = shop.lost_order(payments=(("card", "30.00"), ("card", "25.00")))
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    return order, ref


@pytest.mark.proves("M7", "M13")
def test_one_of_two_payments_that_is_disputed_waits_for_a_person_and_the_other_goes_on(shop: Shop):
    order, ref = split(shop)
    dispute = shop.sandbox.dispute(order.payments[0])

    shop.work()

    assert sorted(refund.state for refund in shop.refunds()) == ["blocked_by_dispute", "succeeded"]
    assert shop.claim(ref).state == "escalated"
    hear_of_dispute(shop, dispute)
    move(shop, dispute, "won")
    shop.accept(order, ref, "refund")
    shop.work()
    assert sorted(refund.state for refund in shop.refunds()) == ["blocked_by_dispute", "succeeded", "succeeded"]
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("owed_to_customers") == 0


@pytest.mark.proves("M7", "F11")
def test_one_of_two_payments_that_comes_back_gets_another_way_and_the_other_stays(shop: Shop):
    order, ref = split(shop)
    shop.work()
    back = next(refund for refund in shop.refunds() if refund.amount_minor == 3_000)

    shop.sandbox.move_refund(back.provider_ref, "failed")
    shop.hear_of(back.provider_ref)
    shop.work()

    live = [offer for offer in shop.claim(ref).lines[0].offers if offer.state == "live"]
    assert [(offer.kind, offer.amount_minor) for offer in live] == [("store_credit", 3_000)]
    assert {"refund_sent", "refund_failed"} <= set(shop.letters(order))
    shop.accept(order, ref, "store_credit")
    shop.work()
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("owed_to_customers") == 0


def test_two_parts_that_come_back_are_offered_together(shop: Shop):
    order, ref = split(shop)
    shop.work()

    for refund in shop.refunds():
        shop.sandbox.move_refund(refund.provider_ref, "failed")
        shop.hear_of(refund.provider_ref)
        shop.work()

    live = [offer for offer in shop.claim(ref).lines[0].offers if offer.state == "live"]
    assert [(offer.kind, offer.amount_minor) for offer in live] == [("store_credit", 5_500)]
    shop.accept(order, ref, "store_credit")
    shop.work()
    assert shop.balance("owed_to_customers") == 0


def test_a_part_that_comes_back_after_another_was_replaced_is_owed_by_itself(shop: Shop):
    order, ref = split(shop)
    shop.work()
    for refund in shop.refunds():
        shop.sandbox.move_refund(refund.provider_ref, "failed")
        shop.hear_of(refund.provider_ref)
        shop.work()
        shop.accept(order, ref, "store_credit")
        shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("store_credit_liability") == -5_500
    assert shop.balance("owed_to_customers") == 0
