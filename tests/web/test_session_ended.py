"""A report that comes after its session has ended is found filled in by its customer, and by nobody else."""

from collections.abc import Mapping
from urllib.parse import quote

import pytest
from flask import Flask

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from tests.support.builders import LATE, OrderMade, a_line
from tests.support.customer_front import Front, fields
from tests.support.page import Page
from tests.support.sign_in import ask, enter
from tests.support.web import Clock, newest_code, rows

_TYPED = {
    "line_1-chosen": "y",
    "line_1-quantity": "2",
    "line_1-problem": "damaged",
    "line_2-quantity": "1",
    "words": "Two of three.",
}


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def an_order(front: Front) -> OrderMade:
    return front.an_order(lines=[a_line(quantity=3), a_line(title="Cups")])


def sent_late(front: Front, clock: Clock, order: OrderMade, typed: Mapping[str, str] = _TYPED, **more: str) -> Page:
    page = front.owner(order).get(f"/orders/{order.number}/report")
    clock.pass_(minutes=31)
    return page.submit("Tell us", status=401, **fields(typed), **more)


def come_in(front: Front, page: Page, customer_id: int, **asked: str) -> Page:
    (found,) = rows(front.app, "SELECT mailbox FROM customers WHERE id = :id", id=customer_id)
    ask(page.visitor.client, found.mailbox, **asked)
    return page.visitor.get(enter(page.visitor.client, newest_code(front.app)).location)


def test_whoever_comes_in_again_finds_the_form_as_they_left_it_until_it_is_sent(front: Front, clock: Clock):
    order = an_order(front)
    ended = sent_late(front, clock, order)
    assert "What you filled in waits for you" in ended.text
    assert "Two of three." in ended.text

    form = come_in(front, ended, order.customer_id)
    assert form.path == f"/orders/{order.number}/report"
    landed = form.submit("Tell us")

    assert landed.path.startswith("/claims/")
    told = rows(
        front.app, "SELECT l.quantity, l.problem, c.words FROM claims c JOIN claim_lines l ON l.claim_id = c.id"
    )
    assert [tuple(row) for row in told] == [(2, "damaged", "Two of three.")]
    assert "Two of three." not in landed.visitor.get(form.path).answer.text


def test_an_order_number_with_signs_of_an_address_leads_back_to_its_own_page(front: Front, clock: Clock):
    order = front.an_order(number="A?b#50%", lines=[a_line(quantity=3), a_line(title="Cups")])
    path = f"/orders/{quote(order.number)}/report"
    page = front.owner(order).get(path)
    clock.pass_(minutes=31)

    form = come_in(front, page.submit("Tell us", _TYPED, status=401), order.customer_id)

    assert form.path == path
    assert "Two of three." in form.answer.text


def test_what_waits_for_one_order_outlasts_a_report_about_another(front: Front, clock: Clock):
    order = an_order(front)
    other = front.an_order(customer_id=order.customer_id, lines=[a_line(), a_line()])
    form = come_in(front, sent_late(front, clock, order), order.customer_id, order_number=other.number)
    assert form.path == f"/orders/{other.number}/report"

    made = form.submit("Tell us", fields({"line_1-chosen": "y", "line_1-problem": "damaged"}))

    assert made.path.startswith("/claims/")
    assert "Two of three." in made.visitor.get(f"/orders/{order.number}/report").answer.text


def test_what_is_sent_once_more_before_coming_in_takes_the_place_of_what_was(front: Front, clock: Clock):
    order = an_order(front)
    form = front.owner(order).get(f"/orders/{order.number}/report")
    clock.pass_(minutes=31)
    form.submit("Tell us", _TYPED, status=401)

    ended = form.submit("Tell us", _TYPED | {"words": "All of three."}, status=401)

    assert "What you filled in waits for you" in ended.text
    assert "All of three." in come_in(front, ended, order.customer_id).answer.text


def test_a_report_about_a_parcel_that_was_sent_again_waits_too(front: Front, clock: Clock):
    order = front.an_order(parcels={"1": LATE}, status="shipped")
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE), RemedyKind.REPLACEMENT)
    front.parcel_news("delivered", carrier="Tucano", tracking_number="TL1")
    form = front.owner(order).get("/orders").follow(f"Something’s wrong with the new parcel of order {order.number}")
    clock.pass_(minutes=31)
    typed = {"line_1-chosen": "y", "line_1-problem": "damaged", "words": "Broken too."}

    again = come_in(front, form.submit("Tell us", typed, status=401), order.customer_id)

    assert again.path == form.path
    assert "Broken too." in again.answer.text
    made = again.submit("Tell us")
    assert made.path.startswith("/claims/")
    assert rows(front.app, "SELECT 1 FROM web_sessions WHERE held::text LIKE '%unsent%'") == []


def correction_sent_late(front: Front, clock: Clock, order: OrderMade) -> tuple[str, Page]:
    ref = front.a_claim(order, Problem.DAMAGED)
    page = front.owner(order).get(f"/claims/{ref}/correct")
    clock.pass_(minutes=31)
    typed = {"line_1-quantity": "2", "line_1-problem": "wrong", "words": "Two of three."}
    return ref, page.submit("Save the change", typed, status=401)


def test_a_report_told_another_way_waits_too(front: Front, clock: Clock):
    order = an_order(front)
    ref, ended = correction_sent_late(front, clock, order)
    assert "What you filled in waits for you" in ended.text

    again = come_in(front, ended, order.customer_id)

    assert again.path == f"/claims/{ref}/correct"
    made = again.submit("Save the change")
    assert made.path.startswith("/claims/")
    told = "SELECT l.quantity, l.problem, c.words FROM claims c JOIN claim_lines l ON l.claim_id = c.id"
    now = rows(front.app, f"{told} WHERE c.ref = :ref", ref=made.path.removeprefix("/claims/"))
    assert [tuple(row) for row in now] == [(2, "wrong", "Two of three.")]
    assert rows(front.app, "SELECT 1 FROM web_sessions WHERE held::text LIKE '%unsent%'") == []


def test_a_report_that_moved_meanwhile_is_shown_as_it_stands_and_nothing_waits_any_more(front: Front, clock: Clock):
    order = an_order(front)
    ref, ended = correction_sent_late(front, clock, order)
    front.take(ref, RemedyKind.REFUND)

    claim = come_in(front, ended, order.customer_id)

    assert claim.path == f"/claims/{ref}"
    assert rows(front.app, "SELECT 1 FROM web_sessions WHERE held::text LIKE '%unsent%'") == []


def test_nobody_else_who_comes_in_by_the_same_browser_finds_it(front: Front, clock: Clock):
    order, other = an_order(front), an_order(front)
    ended = sent_late(front, clock, order)

    orders = come_in(front, ended, other.customer_id)

    assert orders.path == "/orders"
    assert "Two of three." not in orders.visitor.get(f"/orders/{other.number}/report").answer.text
    assert rows(front.app, "SELECT 1 FROM web_sessions WHERE held::text LIKE '%Two of three%'") == []


@pytest.mark.parametrize("more", [{"csrf_token": "from elsewhere"}, {"line_2-problem": "x" * 20_001}])
def test_what_no_page_of_that_browser_sent_is_given_back_and_not_kept(front: Front, clock: Clock, more: dict[str, str]):
    ended = sent_late(front, clock, an_order(front), _TYPED | more)

    assert "What you filled in waits for you" not in ended.text
    assert "Two of three." in ended.text
