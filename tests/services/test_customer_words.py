"""The customer writes, asks for a person, asks again, takes back and corrects."""

import pytest

from portal.domain.errors import MovedOn, NotFound, UnitsTaken
from portal.domain.problems import Problem
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.correct_report import correct_report
from portal.services.report_problem import Report, ReportedLine
from portal.services.withdraw_claim import withdraw_claim
from portal.services.write_to_us import Words, write_to_us
from tests.support.shop import AnOrder, Shop


@pytest.mark.proves("F7")
def test_words_reach_the_queue_with_a_deadline_once(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    words = Words(ref, "page-1", "Where is it?")

    write_to_us(shop.toolkit, customer_id=order.customer_id, words=words)
    write_to_us(shop.toolkit, customer_id=order.customer_id, words=words)

    claim = shop.claim(ref)
    assert (claim.state, claim.waits_for_answer) == ("offered", True)
    assert shop.answers_by(ref) > shop.now()
    assert shop.rows("SELECT body FROM claim_messages")[0][0] == "Where is it?"
    assert shop.rows("SELECT count(*) FROM claim_messages")[0][0] == 1


@pytest.mark.proves("F7")
def test_asking_for_a_person_escalates_and_says_by_when(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, "page-1", "Please call me"))
    shop.work()

    claim = shop.claim(ref)
    assert claim.state == "escalated"
    assert shop.answers_by(ref) > shop.now()
    assert not [offer for offer in claim.lines[0].offers if offer.state == "live"]
    assert shop.letters(order)[-1] == "escalated"


def test_a_claim_in_motion_cannot_be_handed_to_a_person_or_taken_back(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "store_credit")

    with pytest.raises(MovedOn):
        ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, "page-1", ""))
    with pytest.raises(MovedOn):
        withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)
    shop.work()


def test_a_report_that_was_taken_back_frees_its_units(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)
    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)
    again = shop.report(order, Problem.LATE)

    assert shop.claim(ref).state == "withdrawn"
    assert shop.claim(again).state in {"offered", "waiting", "escalated"}


def test_a_parcel_that_came_after_all_closes_the_wait(shop: Shop) -> None:
    order = shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref, it_came=True)

    assert shop.claim(ref).state == "closed_elsewhere"


def corrected(order: AnOrder, problem: Problem, key: str = "page-2") -> Report:
    return Report(order.number, key, (ReportedLine(1, 1, problem),), "", "en")


def test_a_correction_replaces_the_report_in_one_step(shop: Shop) -> None:
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)

    new = correct_report(
        shop.toolkit, customer_id=order.customer_id, claim_ref=ref, corrected=corrected(order, Problem.FAULTY)
    )
    same = correct_report(
        shop.toolkit, customer_id=order.customer_id, claim_ref=ref, corrected=corrected(order, Problem.FAULTY)
    )

    assert new == same != ref
    assert shop.claim(ref).state == "withdrawn"
    assert shop.claim(new).lines[0].problem == "faulty"


def test_a_correction_that_makes_no_sense_changes_nothing(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    with pytest.raises(NotFound):
        correct_report(
            shop.toolkit, customer_id=order.customer_id, claim_ref=ref, corrected=corrected(order, Problem.DAMAGED)
        )

    assert shop.claim(ref).state == "offered"


def declined(shop: Shop) -> tuple[AnOrder, str]:
    order = shop.order(ordered=600, handed_over=595, promised=580, delivered=590)
    ref = shop.report(order, Problem.CHARGED_WRONGLY)
    assert shop.claim(ref).state == "declined"
    return order, ref


def test_a_no_has_its_reason_and_something_we_can_still_do(shop: Shop) -> None:
    order, ref = declined(shop)
    shop.work()

    line = shop.claim(ref).lines[0]
    assert line.reason
    assert line.alternative
    assert shop.letters(order) == ["declined"]


def test_asking_again_after_a_no_goes_to_a_person(shop: Shop) -> None:
    order, ref = declined(shop)

    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, "page-1", "Look again"))

    assert shop.claim(ref).state == "escalated"


def test_asking_again_for_units_that_were_reported_anew_is_refused(shop: Shop) -> None:
    order, ref = declined(shop)
    shop.report(order, Problem.MISSING_PACKAGE)

    with pytest.raises(UnitsTaken):
        ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, "page-1", "Look again"))

    assert shop.claim(ref).state == "declined"
