"""Saying what went wrong: every line on one page, what was typed is kept, and the same told twice is told once."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from portal.domain.problems import SENSIBLE, Problem
from tests.support.audit import text_of
from tests.support.builders import DELIVERED, LATE, NOT_SHIPPED, ON_THE_WAY, OrderMade, ParcelMade, a_line
from tests.support.customer_front import Front, fields
from tests.support.page import Page
from tests.support.web import rows


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def opened(front: Front, **order: Any) -> tuple[OrderMade, Page]:
    made = front.an_order(**order)
    return made, front.owner(made).get(f"/orders/{made.number}/report")


def told(front: Front) -> list[tuple[str, int, str]]:
    asked = (
        "SELECT c.words, l.quantity, l.problem FROM claims c JOIN claim_lines l ON l.claim_id = c.id"
        " ORDER BY c.id, l.id"
    )
    return [(row.words, row.quantity, row.problem) for row in rows(front.app, asked)]


@pytest.mark.parametrize("parcel", [DELIVERED, LATE, ON_THE_WAY, NOT_SHIPPED])
def test_each_line_can_only_have_what_its_parcel_can_have(front: Front, parcel: ParcelMade):
    _, page = opened(front, parcels={"1": parcel}, status="shipped")

    offered = {one.get("value") for one in page.document.iter("input") if one.get("type") == "radio"}

    assert offered in [{problem.value for problem in problems} for problems in SENSIBLE.values()]
    assert ("damaged" in offered) == (parcel is DELIVERED)


def test_it_says_delivered_but_i_do_not_have_it(front: Front):
    _, page = opened(front, parcels={"1": ParcelMade(signed_by="Neighbour", left_at="Porch")})

    assert "It says delivered, but I don’t have it" in page.text
    assert "signed by Neighbour" in page.text


def test_several_lines_and_quantities_are_told_at_once(front: Front):
    _, page = opened(front, lines=[a_line(quantity=3), a_line(title="Cups"), a_line(title="Tray")])

    page.submit(
        "Tell us",
        words="Only one was whole.",
        **fields({"line_1-chosen": "y", "line_1-quantity": "2", "line_1-problem": "damaged"}),
        **fields({"line_3-chosen": "y", "line_3-problem": "wrong"}),
    )

    assert told(front) == [("Only one was whole.", 2, "damaged"), ("Only one was whole.", 1, "wrong")]


def test_nothing_ticked_is_asked_for_with_a_link_to_the_lines(front: Front):
    _, page = opened(front, lines=[a_line(), a_line()])

    answer = page.submit("Tell us", words="It broke.", status=422)

    assert answer.links()["Please tick what it is about."] == "#lines"
    assert "It broke." in answer.text
    assert told(front) == []


def test_a_ticked_line_without_a_problem_is_named_in_the_summary(front: Front):
    _, page = opened(front, lines=[a_line(title="Kettle"), a_line(title="Cups")])

    answer = page.submit("Tell us", status=422, **fields({"line_2-chosen": "y"}))

    assert answer.links()["Cups: Please choose what happened."] == "#line_2-problem"


def test_something_else_is_told_in_words(front: Front):
    _, page = opened(front)

    asked = page.submit("Tell us", status=422, **fields({"line_1-problem": "other"}))
    landed = asked.submit("Tell us", words="It smells of fish.")

    assert "Please tell us in a few words what happened." in asked.links()
    assert landed.path.startswith("/claims/")


@pytest.mark.proves("input 14")
@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "4", "1e0", "1_0", "NaN", "", "two", "２", "99999999999999"])
def test_a_quantity_that_cannot_be_is_refused_with_the_most_that_can_rel_7_8_11_14(front: Front, quantity: str):
    _, page = opened(front, lines=[a_line(title="Cups", quantity=3)])

    answer = page.submit(
        "Tell us", words="Kept.", status=422, **fields({"line_1-problem": "damaged", "line_1-quantity": quantity})
    )

    assert "Cups: It can be 1 to 3." in answer.links()
    assert "Kept." in answer.text
    assert told(front) == []


@pytest.mark.parametrize("problem", ["", "damaged", "stolen", "DAMAGED", "x" * 500, "<script>alert(1)</script>"])
def test_a_problem_that_makes_no_sense_for_the_parcel_is_refused(front: Front, problem: str):
    _, page = opened(front, parcels={"1": LATE}, status="shipped")

    page.submit("Tell us", status=422, **fields({"line_1-problem": problem}))

    assert told(front) == []


@pytest.mark.proves("input 20")
def test_a_line_that_the_order_does_not_have_counts_for_nothing_rel_20(front: Front):
    _, page = opened(front)
    typed: dict[str, Any] = {
        "line_1-chosen": "",
        "line_9-chosen": "y",
        "line_9-quantity": "1",
        "line_9-problem": "damaged",
    }

    page.submit("Tell us", status=422, **typed)

    assert told(front) == []


@pytest.mark.proves("input 40")
def test_words_that_are_too_long_are_kept_and_told_so_rel_40(front: Front):
    _, page = opened(front)

    answer = page.submit("Tell us", words="w" * 4001, status=422, **fields({"line_1-problem": "damaged"}))

    assert "w" * 4001 in answer.text
    assert "This may have up to 4000 characters, and it has 4001." in answer.text
    assert told(front) == []


def test_words_of_the_longest_kind_are_taken_with_their_line_ends(front: Front):
    _, page = opened(front)

    page.submit("Tell us", words="w\r\n" * 1998 + "end", **fields({"line_1-problem": "damaged"}))

    assert told(front)[0][0] == "w\n" * 1998 + "end"


@pytest.mark.proves("input 38")
def test_words_with_nul_are_refused_kindly_and_given_back_rel_38(front: Front):
    _, page = opened(front)

    answer = page.submit("Tell us", words="before\x00after", status=422, **fields({"line_1-problem": "damaged"}))

    assert "beforeafter" in answer.text
    assert told(front) == []


@pytest.mark.proves("input 43")
def test_markup_in_words_is_shown_as_it_was_typed_rel_43(front: Front):
    _, page = opened(front)
    typed = '"><img src=x onerror=alert(1)> {{7*7}} ${7*7} javascript:alert(1)'

    landed = page.submit("Tell us", words=typed, **fields({"line_1-problem": "damaged"}))

    assert typed in landed.text
    assert not list(landed.document.iter("img"))


@pytest.mark.proves("fault 49", "F8")
def test_a_double_tap_makes_one_claim_and_both_land_on_it(front: Front):
    _, page = opened(front)

    landed = [page.submit("Tell us", **fields({"line_1-problem": "damaged"})) for _ in range(2)]

    assert landed[0].path == landed[1].path
    assert len(told(front)) == 1


def test_the_key_of_a_page_survives_its_errors(front: Front):
    _, page = opened(front)

    refused = page.submit("Tell us", status=422)

    assert _once(refused) == _once(page)


def test_the_same_page_sent_with_another_line_loses_nothing(front: Front):
    _, page = opened(front, lines=[a_line(), a_line(title="Cups")])
    page.submit("Tell us", **fields({"line_1-chosen": "y", "line_1-problem": "damaged"}))

    page.submit("Tell us", **fields({"line_2-chosen": "y", "line_2-problem": "wrong"}))

    assert told(front) == [("", 1, "damaged"), ("", 1, "wrong")]


@pytest.mark.proves("input 73")
@pytest.mark.parametrize("once", ["", "k" * 300, "a key!", "'; --"])
def test_a_key_that_no_page_of_ours_makes_is_refused_rel_73(front: Front, once: str):
    _, page = opened(front)

    page.submit("Tell us", once=once, status=422, **fields({"line_1-problem": "damaged"}))

    assert told(front) == []


@pytest.mark.proves("input 73", "P5")
def test_a_key_of_another_customers_page_makes_a_claim_of_ones_own_and_shows_nothing_of_theirs(front: Front):
    theirs, page = opened(front)
    # The key of a report follows from its page and from what it says, so both are sent again.
    said = {"once": _once(page), "words": "It broke.", "line_1-problem": "damaged"}
    there = page.submit("Tell us", said)
    _, mine = opened(front)

    landed = mine.submit("Tell us", said)
    on_their_order = mine.visitor.client.post(page.path, data=mine.filled(_form(mine)) | said)

    assert told(front) == [("It broke.", 1, "damaged")] * 2
    assert landed.path != there.path
    assert not [one for one in (there.path, theirs.number) if one in landed.answer.text]
    assert (on_their_order.status_code, on_their_order.location) == (404, None)
    assert there.path not in on_their_order.text


def test_what_was_told_already_says_which_report_speaks_for_it(front: Front):
    _, page = opened(front)
    landed = page.submit("Tell us", **fields({"line_1-problem": "damaged"}))

    again = page.submit("Tell us", status=409, **fields({"line_1-problem": "wrong"}))

    assert "You told us about this already." in again.text
    assert landed.path in again.links().values()
    assert told(front) == [("", 1, "damaged")]


def test_only_what_no_report_speaks_for_can_be_told(front: Front):
    order = front.an_order(lines=[a_line(title="Cups", quantity=3), a_line(title="Kettle")])
    front.a_claim(order, Problem.DAMAGED, lines=(2,))
    front.a_claim(order, Problem.DAMAGED, lines=(1,), quantity=2)

    page = front.owner(order).get(f"/orders/{order.number}/report")

    assert "What happened?" in page.text
    assert len([one for one in page.document.iter("legend") if text_of(one) == "What happened?"]) == 1


def test_a_report_is_told_another_way_while_nothing_has_moved(front: Front):
    order = front.an_order(lines=[a_line(title="Cups", quantity=3)])
    ref = front.a_claim(order, Problem.DAMAGED, quantity=2, words="Two are broken.")
    page = front.owner(order).get(f"/claims/{ref}").follow("Change what you told us")

    landed = page.submit("Save the change", **fields({"line_1-quantity": "3", "line_1-problem": "wrong"}))

    assert page.filled(_form(page))["line_1-quantity"] == "2"
    assert page.filled(_form(page))["words"] == "Two are broken."
    assert told(front)[1:] == [("Two are broken.", 3, "wrong")]
    assert front.claim(ref).state == "withdrawn"
    assert landed.path != f"/claims/{ref}"


@pytest.mark.proves("fault 49")
def test_a_correction_sent_twice_is_one_correction(front: Front):
    order = front.an_order()
    ref = front.a_claim(order, Problem.DAMAGED)
    page = front.owner(order).get(f"/claims/{ref}/correct")

    landed = [page.submit("Save the change", **fields({"line_1-problem": "wrong"})) for _ in range(2)]

    assert landed[0].path == landed[1].path
    assert len(told(front)) == 2


def test_a_report_that_has_moved_is_corrected_no_more(front: Front):
    order = front.an_order()
    ref = front.a_claim(order, Problem.DAMAGED)
    page = front.owner(order).get(f"/claims/{ref}/correct")
    page.visitor.get(f"/claims/{ref}").submit("Give me R$60.00 back")

    answer = page.submit("Save the change", words="Wait.", status=409, **fields({"line_1-problem": "wrong"}))
    opened_late = page.visitor.get(f"/claims/{ref}/correct")

    assert answer.heading == "This has moved on"
    assert "Wait." in answer.text
    assert opened_late.path == f"/claims/{ref}"


def _form(page: Page) -> Element:
    return next(form for form in page.forms() if form.get("id") == "lines")


def _once(page: Page) -> object:
    return page.filled(_form(page))["once"]
