"""A refund that waits for its customer: they are told and reminded, then a person takes over; the sum is kept."""

import pytest

from portal.domain.authority import Role
from portal.domain.errors import NotAllowed
from portal.domain.problems import Problem
from portal.services.ask_for_action import remind_of_refund, waiting_for_customers
from portal.services.cancel_refund import ask_to_cancel, cancel_refund
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member

NEEDED = "refund_needs_you"


def waiting(shop: Shop) -> tuple[AnOrder, str, str]:
    order = shop.lost_order(behaviour="requires_action")
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    shop.work()
    return order, ref, shop.refunds()[-1].ref


def sweep(shop: Shop) -> None:
    for ref in waiting_for_customers(shop.toolkit):
        remind_of_refund(shop.toolkit, refund_ref=ref)
    shop.work()


def troubles(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, ref FROM troubles WHERE closed_at IS NULL")]


def move(shop: Shop, state: str) -> None:
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, state)
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()


@pytest.mark.proves("fault 22")
def test_the_customer_is_told_at_once_what_the_bank_asks_for_and_until_when(shop: Shop):
    order, ref, _ = waiting(shop)

    assert shop.refunds()[0].state == "requires_action"
    assert shop.letters(order)[-1] == NEEDED
    assert "a mail from Stripe" in shop.last_words(order)
    assert "You can do it until" in shop.last_words(order)
    assert shop.claim(ref).state == "accepted"
    move(shop, "succeeded")
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("fault 22", "F10")
def test_they_are_reminded_after_three_days_and_after_a_week_each_time_once(shop: Shop):
    order, _, _ = waiting(shop)
    seen = []
    for _ in range(9):
        shop.later(days=1)
        sweep(shop)
        sweep(shop)
        seen.append(shop.letters(order).count(NEEDED))

    assert seen == [1, 1, 2, 2, 2, 2, 3, 3, 3]


@pytest.mark.proves("fault 22")
def test_those_of_whom_all_was_said_hold_up_no_reminder_of_a_newer_one(shop: Shop):
    waiting(shop)
    shop.later(days=11)
    sweep(shop)
    waiting(shop)
    shop.later(days=1)
    _, _, newest = waiting(shop)
    shop.later(days=2)
    first = waiting_for_customers(shop.toolkit, limit=1)
    sweep(shop)

    shop.later(days=1)

    assert first == [shop.refunds()[1].ref]
    assert waiting_for_customers(shop.toolkit, limit=1) == [newest]
    sweep(shop)
    assert waiting_for_customers(shop.toolkit) == []


@pytest.mark.proves("fault 22", "F7")
def test_after_ten_days_a_person_gets_it_with_a_deadline_and_the_sum_stays_reserved(shop: Shop):
    order, _, _ = waiting(shop)
    shop.later(days=10)

    sweep(shop)
    sweep(shop)

    ((kind, _),) = troubles(shop)
    ((detail,),) = shop.rows("SELECT detail FROM troubles")
    assert kind == "customer_must_act"
    assert detail["due_at"] > shop.now().isoformat()
    assert (detail["amount_minor"], detail["order"]) == (5_500, order.number)
    assert shop.refunds()[0].state == "requires_action"
    assert shop.balance("refunds_in_flight") == -5_500


@pytest.mark.proves("fault 22")
def test_a_person_cancels_it_and_the_customer_has_another_way_at_once(shop: Shop):
    order, ref, _ = waiting(shop)
    shop.later(days=10)
    sweep(shop)
    ((_, trouble),) = troubles(shop)
    bia = a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 100_000})

    for _ in range(2):
        ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)
    shop.work()

    assert [row.state for row in shop.refunds()] == ["canceled"]
    claim = shop.claim(ref)
    assert claim.state == "offered"
    assert [offer.kind for offer in claim.lines[0].offers if offer.state == "live"] == ["store_credit"]
    assert shop.letters(order)[-1] == "refund_failed"
    assert "stopped trying that way" in shop.last_words(order)
    assert troubles(shop) == []
    asked = "SELECT actor FROM claim_events WHERE action = 'refund_cancel_asked'"
    assert [row[0] for row in shop.rows(asked)] == [f"staff:{bia}"] * 2
    shop.accept(order, ref, "store_credit")
    shop.work()
    assert shop.claim(ref).state == "made_whole"


def handed_over(shop: Shop) -> tuple[str, str, int]:
    """Give a refund that waits for so long that a person has it, its trouble, and who may decide."""
    _, _, refund = waiting(shop)
    shop.later(days=10)
    sweep(shop)
    ((_, trouble),) = troubles(shop)
    return refund, trouble, a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 100_000})


def test_cancelling_that_was_given_up_can_be_asked_for_again(shop: Shop):
    _, trouble, bia = handed_over(shop)
    ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM jobs.procrastinate_jobs WHERE task_name = 'refunds.cancel'")

    ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)
    shop.work()

    assert shop.refunds()[0].state == "canceled"
    assert troubles(shop) == []


def test_a_shut_lane_puts_cancelling_off_and_uses_up_no_try(shop: Shop):
    refund, _, bia = handed_over(shop)
    shop.sandbox.fault("429", path="/v1/refunds/*/cancel")

    said = cancel_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund, staff_id=bia)

    assert said == "the lane is shut"
    ((attempts, later),) = shop.rows(
        "SELECT attempts, scheduled_at > now() FROM jobs.procrastinate_jobs WHERE task_name = 'refunds.cancel'"
    )
    assert (attempts, later) == (0, True)
    shop.later(seconds=30)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
    shop.work()
    assert shop.refunds()[0].state == "canceled"


def test_a_cancel_that_the_provider_refuses_is_told_to_whoever_asked_and_can_be_asked_for_again(shop: Shop):
    _, trouble, bia = handed_over(shop)
    shop.sandbox.fault("refused", path="/v1/refunds/*/cancel", code="lock_timeout")
    ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)

    shop.work()

    ((detail,),) = shop.rows("SELECT detail FROM troubles WHERE closed_at IS NULL")
    assert "asked_at" not in detail
    assert detail["not_cancelled"] == "lock_timeout"
    ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)
    shop.work()
    assert shop.refunds()[0].state == "canceled"


def test_what_the_customer_did_meanwhile_wins_over_cancelling(shop: Shop):
    _, ref, refund = waiting(shop)
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "succeeded")

    said = cancel_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund, staff_id=1)

    assert said == "refund is succeeded"
    assert shop.claim(ref).state == "made_whole"
    shop.work()


def test_nobody_cancels_their_own(shop: Shop):
    order, _, _ = waiting(shop)
    shop.later(days=10)
    sweep(shop)
    ((_, trouble),) = troubles(shop)
    customer_too = a_staff_member(shop.toolkit, order.mailbox, Role.AGENT, {"BRL": 100_000})

    with pytest.raises(NotAllowed):
        ask_to_cancel(shop.toolkit, staff_id=customer_too, trouble_ref=trouble)

    assert shop.refunds()[0].state == "requires_action"
