"""A report about a parcel that was sent again: the same journey, and never more than was paid for the units."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from portal.domain.errors import NotFound, UnitsTaken
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refs import new_ref
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.correct_report import correct_report
from portal.services.decide_escalation import Refusal
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.look_again import look_again
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.withdraw_claim import withdraw_claim
from tests.support.follow_ups import say, sweep
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member


def tell(shop: Shop, state: str, *, days: int | None = None) -> str:
    """Let the warehouse tell of the newest parcel. days: until it should arrive."""
    ref = str(shop.rows("SELECT ref FROM replacements ORDER BY id DESC LIMIT 1")[0][0])
    arrives_on = None if days is None else (shop.now() + timedelta(days=days)).date()
    news = ParcelNews(state, carrier="Tucano", arrives_on=arrives_on)
    follow_parcel(shop.toolkit, replacement_ref=ref, news=news)
    return ref


def sent_again(shop: Shop, quantity: int = 1, state: str = "delivered") -> tuple[AnOrder, str, str]:
    """Let an order get lost, be sent again, and leave or arrive three days ago."""
    order = shop.order(lines=(("Blue kettle", "50.00", quantity),), status="shipped", promised=20, delivered=None,
                       ordered=40, handed_over=35)  # fmt: skip
    claim = shop.report(order, Problem.MISSING_PACKAGE, quantity=quantity)
    shop.accept(order, claim, "replacement")
    shop.work()
    parcel = tell(shop, state, days=4)
    shop.work()
    shop.later(days=3)
    return order, claim, parcel


def again(order: AnOrder, parcel: str, problem: Problem = Problem.DAMAGED, quantity: int = 1) -> Report:
    line = ReportedLine(1, quantity, problem)
    return Report(order.number, new_ref("key", 12), (line,), "", "en", again=parcel)


def report(shop: Shop, order: AnOrder, parcel: str, problem: Problem = Problem.DAMAGED, quantity: int = 1) -> str:
    reported = again(order, parcel, problem, quantity)
    return report_problem(shop.toolkit, customer_id=order.customer_id, reported=reported)


def live_units(shop: Shop) -> list[tuple[str, int]]:
    asked = """SELECT c.ref, u.unit FROM claim_units u JOIN claim_lines k ON k.id = u.claim_line_id
        JOIN claims c ON c.id = k.claim_id WHERE u.live ORDER BY c.id, u.unit"""
    return [(row[0], row[1]) for row in shop.rows(asked)]


def test_a_broken_new_parcel_is_told_apologised_for_and_chosen_about_at_once(shop: Shop) -> None:
    order, _, parcel = sent_again(shop)

    ref = report(shop, order, parcel)

    claim = shop.claim(ref)
    assert claim.state == "offered"
    assert claim.lines[0].verdict["rule_key"] == "new_parcel_is_not_right"
    assert (claim.lines[0].facts["sent_again"], claim.lines[0].facts["second_failure"]) == (1, True)
    assert [offer.kind for offer in claim.lines[0].offers] == ["replacement", "refund", "store_credit"]
    assert claim.apology["paragraphs"]


def test_the_money_for_units_that_were_sent_again_goes_back_once_and_is_all_that_was_paid(shop: Shop) -> None:
    order, first, parcel = sent_again(shop, quantity=2)

    ref = report(shop, order, parcel, quantity=2)
    shop.accept(order, ref, "refund")
    shop.work()

    assert [refund.amount_minor for refund in shop.refunds()] == [11000]
    assert live_units(shop) == [(ref, 1), (ref, 2)]
    assert shop.claim(first).state == "made_whole"
    with pytest.raises(UnitsTaken):
        report(shop, order, parcel)


def test_one_of_two_units_passes_to_the_report_about_it(shop: Shop) -> None:
    order, first, parcel = sent_again(shop, quantity=2)

    ref = report(shop, order, parcel)

    assert live_units(shop) == [(first, 2), (ref, 1)]
    assert shop.claim(ref).lines[0].facts["line_value"]["amount_minor"] == 5500


def test_a_report_that_is_taken_back_gives_the_units_back(shop: Shop) -> None:
    order, first, parcel = sent_again(shop)
    ref = report(shop, order, parcel)

    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)
    given_back = live_units(shop)
    later = report(shop, order, parcel)

    assert given_back == [(first, 1)]
    assert live_units(shop) == [(later, 1)]


def test_a_third_parcel_has_a_named_person(shop: Shop) -> None:
    bia = a_staff_member(shop.toolkit)
    order, _, parcel = sent_again(shop)
    ref = report(shop, order, parcel)
    shop.accept(order, ref, "replacement")
    shop.work()
    second = tell(shop, "delivered", days=4)
    shop.later(days=2)

    third = report(shop, order, second)

    claim = shop.claim(third)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "second_failure")
    assert claim.lines[0].facts["sent_again"] == 2
    assert shop.answers_by(third) == shop.now() + timedelta(hours=8)
    assert (claim.assignee_id, claim.reopened_at) == (bia, shop.now())


def test_a_third_parcel_that_was_waited_for_and_never_came_has_a_named_person_too(shop: Shop) -> None:
    bia = a_staff_member(shop.toolkit)
    order, _, parcel = sent_again(shop)
    shop.accept(order, report(shop, order, parcel), "replacement")
    shop.work()
    ref = report(shop, order, tell(shop, "shipped", days=4), Problem.MISSING_PACKAGE)
    waits = shop.claim(ref)
    shop.later(days=7)

    look_again(shop.toolkit, claim_ref=ref)

    claim = shop.claim(ref)
    assert (waits.state, waits.assignee_id) == ("waiting", None)
    assert (claim.state, claim.lines[0].reason) == ("escalated", "second_failure")
    assert (claim.assignee_id, claim.reopened_at) == (bia, shop.now())


def test_what_is_on_its_way_in_time_is_waited_for_until_two_days_past_its_date(shop: Shop) -> None:
    order, _, parcel = sent_again(shop, state="shipped")

    ref = report(shop, order, parcel, Problem.MISSING_PACKAGE)
    waits = shop.claim(ref).state
    shop.later(days=4)
    look_again(shop.toolkit, claim_ref=ref)
    shop.accept(order, ref, "refund")
    shop.work()

    assert waits == "waiting"
    assert shop.claim(ref).lines[0].verdict["rule_key"] == "new_parcel_never_came"
    assert shop.claim(ref).state == "made_whole"
    assert [refund.amount_minor for refund in shop.refunds()] == [5500]


def test_nothing_is_told_of_a_parcel_that_has_not_left(shop: Shop) -> None:
    order = shop.lost_order()
    claim = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, claim, "replacement")
    parcel = str(shop.rows("SELECT ref FROM replacements")[0][0])

    with pytest.raises(NotFound):
        report(shop, order, parcel)


def test_nobody_tells_of_the_parcel_of_somebody_else(shop: Shop) -> None:
    _, _, parcel = sent_again(shop)
    other = shop.order()

    with pytest.raises(NotFound):
        report(shop, other, parcel)


def test_a_wrong_charge_is_no_matter_of_a_new_parcel(shop: Shop) -> None:
    order, _, parcel = sent_again(shop)

    with pytest.raises(NotFound):
        report(shop, order, parcel, Problem.CHARGED_WRONGLY)


def test_a_report_about_a_new_parcel_is_told_another_way_and_stays_about_it(shop: Shop) -> None:
    order, _, parcel = sent_again(shop)
    ref = report(shop, order, parcel)

    corrected = correct_report(
        shop.toolkit, customer_id=order.customer_id, claim_ref=ref, corrected=again(order, "", Problem.WRONG)
    )

    assert live_units(shop) == [(corrected, 1)]
    assert shop.claim(ref).state == "withdrawn"
    line = shop.claim(corrected).lines[0]
    assert (line.problem, line.about_replacement_id) == ("wrong", shop.claim(ref).lines[0].about_replacement_id)


def test_what_was_told_of_a_piece_is_told_another_way_also_where_the_rest_was_not_right_either(shop: Shop) -> None:
    order, first, parcel = sent_again(shop, quantity=2)
    ref = report(shop, order, parcel)
    a_staff_member(shop.toolkit, limits={"BRL": 500_000})
    sweep(shop)
    say(shop, first, "no")

    def correct(quantity: int) -> str:
        told = again(order, "", Problem.WRONG, quantity)
        return correct_report(shop.toolkit, customer_id=order.customer_id, claim_ref=ref, corrected=told)

    with pytest.raises(UnitsTaken):
        correct(2)
    before = live_units(shop)
    corrected = correct(1)

    assert shop.claim(first).state == "escalated"
    assert before == [(first, 2), (ref, 1)]
    assert live_units(shop) == [(first, 2), (corrected, 1)]
    with pytest.raises(NotFound):
        report(shop, order, parcel)


def test_asking_again_after_a_no_takes_the_units_back(shop: Shop) -> None:
    order, first, parcel = sent_again(shop)
    ref = report(shop, order, parcel)
    decline(shop, order, ref)
    told = live_units(shop)

    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, new_ref("key", 12), "Please look"))

    assert told == [(first, 1)]
    assert live_units(shop) == [(ref, 1)]


def test_of_eight_reports_about_one_new_parcel_one_is_made(shop: Shop) -> None:
    order, _, parcel = sent_again(shop)
    ready = Barrier(8)

    def tell_of_it(_: int) -> str:
        ready.wait()
        try:
            return report(shop, order, parcel)
        except UnitsTaken:
            return ""

    refs = at_once(tell_of_it)

    assert len([ref for ref in refs if ref]) == 1
    assert len(live_units(shop)) == 1


@pytest.mark.proves("F9")
def test_of_eight_choices_to_send_a_unit_again_one_parcel_is_ordered(shop: Shop) -> None:
    order, _, parcel = sent_again(shop)
    ref = report(shop, order, parcel)
    claim, ready = shop.claim(ref), Barrier(8)
    offers = tuple(offer.ref for offer in claim.lines[0].offers if offer.kind == "replacement")

    def choose(_: int) -> str:
        ready.wait()
        shop.accept_refs(order, ref, offers, claim.version)
        return "chosen"

    assert at_once(choose) == ["chosen"] * 8
    assert shop.rows("SELECT count(*) FROM replacements WHERE state = 'requested'") == [(1,)]


def at_once(act: Callable[[int], str]) -> list[str]:
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(act, range(8)))


def decline(shop: Shop, order: AnOrder, ref: str) -> None:
    """Ask for a person, who says no."""
    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=Asking(ref, new_ref("key", 12), "Please look"))
    person = a_staff_member(shop.toolkit, limits={"BRL": 500_000})
    page = Page(ref, shop.claim(ref).version, new_ref("key", 12))
    no = Refusal(page, (1,), DeclineReason.REPORTED_LONG_AFTER, Alternative.TALK_TO_A_PERSON, "It came on Monday.")
    digest = preview_letter(shop.toolkit, staff_id=person, act=no).digest
    send_answer(shop.toolkit, staff_id=person, act=no, digest=digest)
