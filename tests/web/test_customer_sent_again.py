"""What is sold out, and what was sent again and went wrong again, as the customer's pages say it."""

import io

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.follow_up import Answer
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.answer_follow_up import Said, answer_on_page
from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.import_stock import import_stock
from tests.support.builders import LATE, OrderMade, a_line
from tests.support.customer_front import Front, fields, reported
from tests.support.page import Page
from tests.support.web import Clock, rows


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def count(front: Front, pieces: int) -> None:
    counts = io.BytesIO(f"sku,on_hand\nsku-1,{pieces}\n".encode())
    import_stock(front.toolkit, counts=counts, actor=Actor.system("tests"))


def lost(front: Front) -> OrderMade:
    return front.an_order(parcels={"1": LATE}, status="shipped")


def sent_again(front: Front, state: str = "delivered") -> tuple[OrderMade, str]:
    """Let an order get lost and be sent again."""
    order = lost(front)
    ref = front.a_claim(order, Problem.MISSING_PACKAGE)
    front.take(ref, RemedyKind.REPLACEMENT)
    front.parcel_news(state, carrier="Tucano", tracking_number="TL1")
    return order, ref


def words(order: OrderMade) -> str:
    return f"Something’s wrong with the new parcel of order {order.number}"


def about_it(front: Front, order: OrderMade) -> Page:
    return front.owner(order).get("/orders").follow(words(order))


def test_what_is_sold_out_is_said_and_the_next_best_is_there(front: Front):
    count(front, 0)

    _, page = reported(front)

    assert "We have no more of Blue teapot to send you." in page.text
    assert "Send it again" not in page.text
    assert "Give me R$60.00 back" in page.text


def test_who_comes_too_late_for_the_last_piece_reads_so_and_chooses_another_way(front: Front):
    count(front, 1)
    first, second = lost(front), lost(front)
    taken = front.a_claim(first, Problem.MISSING_PACKAGE)
    ref = front.a_claim(second, Problem.MISSING_PACKAGE)
    page = front.owner(second).get(f"/claims/{ref}")
    front.take(taken, RemedyKind.REPLACEMENT)

    late = page.submit("Send it again", status=409)

    assert "The last one went to somebody else a moment ago" in late.text
    assert rows(front.app, "SELECT count(*) FROM remedies") == [(1,)]
    assert late.submit("Give me R$60.00 back").text.count("Money back") > 0


def test_a_piece_that_goes_while_the_page_is_open_is_gone_when_it_is_looked_at_again(front: Front):
    count(front, 1)
    ref, page = reported(front)
    assert "Send it again" in page.text
    count(front, 0)

    page = page.visitor.get(f"/claims/{ref}")

    assert "We have no more of Blue teapot" in page.text
    assert "Send it again" not in page.text


def test_a_warehouse_that_says_no_is_told_with_what_can_be_chosen_instead(front: Front):
    order = lost(front)
    ref = front.a_claim(order, Problem.MISSING_PACKAGE)
    front.take(ref, RemedyKind.REPLACEMENT)

    front.parcel_news("refused", reason="out_of_stock")
    page = front.owner(order).get(f"/claims/{ref}")

    assert "The warehouse cannot send it to you after all." in page.text
    assert "Give me R$60.00 back" in page.text
    assert "We could not send it again after all." in page.text


def test_a_new_parcel_stands_among_the_orders_with_a_way_to_say_what_went_wrong(front: Front):
    order, _ = sent_again(front)

    page = about_it(front, order)

    assert page.heading == "What went wrong?"
    assert "sent to you again" in page.text
    assert "I was charged the wrong amount" not in page.text


def test_a_new_parcel_that_came_broken_is_told_in_one_form_and_chosen_about_at_once(front: Front):
    order, first = sent_again(front)
    page = about_it(front, order)

    page = page.submit("Tell us", **fields({"line_1-chosen": "y", "line_1-problem": "damaged"}))

    assert "Send it again" in page.text
    assert "Give me R$60.00 back" in page.text
    assert "the parcel that we sent again" in page.text
    changed = page.follow("Change what you told us")
    assert "sent to you again" in changed.text
    changed = changed.submit("Save the change", **fields({"line_1-problem": "wrong"}))
    assert "the parcel that we sent again" in changed.text
    assert rows(front.app, "SELECT problem FROM claim_lines WHERE state <> 'withdrawn' ORDER BY id") == [
        ("missing_package",),
        ("wrong",),
    ]
    earlier = page.visitor.get(f"/claims/{first}")
    assert "You told us that something went wrong with the new parcel too." in earlier.text


def test_what_was_told_of_one_piece_can_be_changed_while_the_other_goes_on_with_a_person(front: Front, clock: Clock):
    order = front.an_order(lines=[a_line(quantity=2)], parcels={"1": LATE}, status="shipped")
    first = front.a_claim(order, Problem.MISSING_PACKAGE, quantity=2)
    front.take(first, RemedyKind.REPLACEMENT)
    front.parcel_news("delivered", carrier="Tucano", tracking_number="TL1")
    one = fields({"line_1-chosen": "y", "line_1-quantity": "1", "line_1-problem": "damaged"})
    about = about_it(front, order).submit("Tell us", **one)
    clock.pass_(days=2)
    for customer_id in customers_to_ask(front.toolkit):
        ask_customer_if_right(front.toolkit, customer_id=customer_id)
    said = Said(Answer.NO, "", "a page")
    answer_on_page(front.toolkit, customer_id=order.customer_id, claim_ref=first, said=said)

    changed = front.owner(order).get(about.path).follow("Change what you told us")
    told = changed.submit("Save the change", **fields({"line_1-problem": "wrong"}))

    assert told.path not in {about.path, f"/claims/{first}"}
    assert "the parcel that we sent again" in told.text


def test_what_was_told_of_a_new_parcel_already_is_shown_instead_of_the_form(front: Front):
    order, first = sent_again(front)
    path = about_it(front, order).path
    about_it(front, order).submit("Tell us", **fields({"line_1-chosen": "y", "line_1-problem": "damaged"}))
    visitor = front.owner(order)

    again, orders = visitor.get(path), visitor.get("/orders")

    assert again.path.startswith("/claims/")
    assert not again.path.endswith(first)
    assert words(order) not in orders.text


def test_a_form_about_a_new_parcel_that_says_nothing_is_shown_again(front: Front):
    order, _ = sent_again(front)

    page = about_it(front, order).submit("Tell us", status=422, **fields({"line_1-chosen": "y"}))

    assert "Please choose what happened." in page.text


def test_a_parcel_that_has_not_left_or_is_of_somebody_else_is_not_found(front: Front):
    order, _ = sent_again(front, "accepted")
    ((parcel,),) = rows(front.app, "SELECT ref FROM replacements")
    other = front.an_order(lines=[a_line()])

    front.owner(order).get(f"/orders/{order.number}/sent-again/{parcel}/report", status=404)
    front.parcel_news("shipped")
    front.owner(other).get(f"/orders/{order.number}/sent-again/{parcel}/report", status=404)
    front.owner(other).get(f"/orders/{other.number}/sent-again/{parcel}/report", status=404)

    assert words(order) in front.owner(order).get("/orders").text
