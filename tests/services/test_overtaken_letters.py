"""Letters that come too late: what a claim has left behind is not told any more."""

from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.decide_escalation import Refusal
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from portal.services.withdraw_claim import withdraw_claim
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member

DEAR = (("Copper still", "1995.00", 1),)


def declined(shop: Shop) -> tuple[AnOrder, str]:
    """Report something dear, which goes to a person, who says no before any letter has left."""
    order = shop.order(lines=DEAR)
    ref = shop.report(order, Problem.DAMAGED)
    person = a_staff_member(shop.toolkit)
    page = Page(ref, shop.claim(ref).version, "page")
    no = Refusal(page, (1,), DeclineReason.CAME_IN_TIME, Alternative.TALK_TO_A_PERSON, "It came on Monday.")
    digest = preview_letter(shop.toolkit, staff_id=person, act=no).digest
    send_answer(shop.toolkit, staff_id=person, act=no, digest=digest)
    return order, ref


def test_a_claim_that_was_declined_meanwhile_is_not_told_that_a_person_will_look(shop: Shop):
    order, _ = declined(shop)

    shop.work()

    assert shop.letters(order) == ["declined"]
    assert shop.failed_jobs() == []


def test_a_no_that_the_customer_asked_to_see_again_is_not_told_any_more(shop: Shop):
    order, ref = declined(shop)
    asking = Asking(ref, "again", "Please look once more.")
    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=asking)

    shop.work()

    assert set(shop.letters(order)) == {"escalated"}
    assert shop.failed_jobs() == []


def test_a_wait_that_was_taken_back_is_not_told_any_more(shop: Shop):
    order = shop.order(status="shipped", ordered=4, handed_over=3, promised=-4, delivered=None)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)

    shop.work()

    assert shop.letters(order) == []
    assert shop.failed_jobs() == []
