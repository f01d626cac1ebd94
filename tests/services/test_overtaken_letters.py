"""Letters that come too late: what a claim has left behind is not told any more."""

from dataclasses import replace

from sqlalchemy import text

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
_SORRY = "SELECT apology ->> 'heading' FROM claims WHERE ref = :ref"
_WORDS = "SELECT template, body FROM letters WHERE state = 'sent' ORDER BY id"
_FOLLOWS = "SELECT extract(epoch FROM scheduled_at - now()) FROM jobs.procrastinate_jobs"
_AT_ONCE = "UPDATE jobs.procrastinate_jobs SET scheduled_at = now()"


def patient(shop: Shop) -> Shop:
    """Let the mail with the offers wait for half a minute."""
    return replace(shop, toolkit=replace(shop.toolkit, offers_mail_seconds=30))


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


def test_whoever_chooses_on_the_page_gets_one_mail_that_opens_with_the_apology(shop: Shop):
    order = shop.lost_order()
    ref = patient(shop).report(order, Problem.MISSING_PACKAGE)
    shop.work()
    shop.accept(order, ref, "refund")

    shop.work()

    assert shop.letters(order) == ["refund_sent"]
    ((sorry,),) = shop.rows(_SORRY, ref=ref)
    ((_, words),) = shop.rows(_WORDS)
    assert words.splitlines()[2] == sorry
    assert shop.failed_jobs() == []


def test_the_job_of_the_mail_with_the_offers_goes_as_soon_as_another_follows_the_claim(shop: Shop):
    order = shop.lost_order()
    ref = patient(shop).report(order, Problem.MISSING_PACKAGE)
    waiting = shop.rows(_FOLLOWS)

    shop.accept(order, ref, "refund")

    ((left,),) = shop.rows(_FOLLOWS)
    assert (len(waiting), left) == (1, None)


def test_whoever_leaves_the_page_is_sent_the_offers_half_a_minute_later(shop: Shop):
    order = shop.lost_order()

    patient(shop).report(order, Problem.MISSING_PACKAGE)

    shop.work()
    assert shop.letters(order) == []
    ((left,),) = shop.rows(_FOLLOWS)
    assert 25 < left <= 30
    with shop.toolkit.transaction() as session:
        session.execute(text(_AT_ONCE))
    shop.work()
    assert shop.letters(order) == ["apology_with_offers"]


def test_a_later_mail_does_not_say_sorry_once_more(shop: Shop):
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()
    shop.accept(order, ref, "refund")

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "refund_sent"]
    ((sorry,),) = shop.rows(_SORRY, ref=ref)
    assert [sorry in words for _, words in shop.rows(_WORDS)] == [True, False]


def test_a_person_is_announced_at_once_however_long_offers_would_wait(shop: Shop):
    order = shop.order(lines=DEAR)

    patient(shop).report(order, Problem.DAMAGED)

    shop.work()
    assert shop.letters(order) == ["escalated"]


def test_the_offers_are_told_while_one_line_still_asks_for_a_choice(shop: Shop):
    order = shop.lost_order(lines=(("Blue kettle", "40.00", 1), ("Glass teapot", "30.00", 1)))
    slow = patient(shop)
    ref = slow.report(order, Problem.MISSING_PACKAGE, 1, 2)
    first = next(offer for offer in shop.claim(ref).lines[0].offers if offer.kind == "store_credit")
    shop.accept_refs(order, ref, (first.ref,), shop.claim(ref).version)

    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "credit_issued"]
