"""Withdrawing from the contract in the browser: two steps, no code, a receipt, and nothing of anybody's order."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.domain.withdrawal import State
from tests.support.builders import DELIVERED, OrderMade, ParcelMade, a_line
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.web import Clock, rows

TYPED = {"name": "Ana Souza", "order_number": "A-17", "mailbox": "Ana@Example.org"}
GO_ON, CONFIRM = "Go on", "Confirm withdrawal"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _european(front: Front, customer: int | None = None, **made: Any) -> OrderMade:
    order = front.an_order(customer or front.a_customer(), **made)
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE orders SET ship_to_country = 'PT', market = 'PT'")
    return order


def _confirm_page(front: Front, **typed: str) -> Page:
    return Visitor(front.app).get("/withdraw").submit(GO_ON, {**TYPED, **typed})


def _count(front: Front) -> int:
    return int(rows(front.app, "SELECT count(*) FROM withdrawals")[0][0])


def test_the_first_page_leads_to_it_with_the_words_of_the_law(front: Front):
    page = Visitor(front.app).get("/").follow("Withdraw from contract here")

    assert page.heading == "Withdraw from contract"
    assert "nobody asks" in page.text
    assert "reason" not in page.text.lower()


def test_where_no_market_gives_the_right_nobody_is_led_there(front: Front):
    front.app.jinja_env.globals["withdrawal_given"] = False

    links = Visitor(front.app).get("/").links()

    front.app.jinja_env.globals["withdrawal_given"] = True
    assert "Withdraw from contract here" not in links


def test_a_guest_declares_in_two_steps_and_sees_the_receipt_with_its_moment(front: Front):
    confirm = _confirm_page(front)
    before = _count(front)

    receipt = confirm.submit(CONFIRM)

    assert before == 0
    assert confirm.heading == "Confirm withdrawal"
    assert receipt.heading == "We received your withdrawal"
    assert re.search(r"\d{4} at \d\d:\d\d:\d\d \(UTC[+-]\d\d:\d\d\)", receipt.text)
    for told in ("A-17", "Ana Souza", "ana@example.org", "The whole order", "WDR-"):
        assert told in receipt.text
    assert receipt.visitor.get(receipt.path).text == receipt.text
    row = rows(front.app, "SELECT state, declared_by, order_id FROM withdrawals")[0]
    assert tuple(row) == (State.RECEIVED.value, "guest:withdrawal", None)


def test_a_hit_and_a_miss_look_the_same_and_ask_the_database_the_same(front: Front):
    order = _european(front)
    mailbox = rows(front.app, "SELECT mailbox FROM customers")[0][0]
    seen, asked = [], []

    for number, written_to in ((order.number, mailbox), ("A-0000", mailbox), (order.number, "nobody@example.org")):
        confirm = _confirm_page(front, order_number=number, mailbox=written_to)
        with counted_queries(front.app) as count:
            receipt = confirm.submit(CONFIRM)
        asked.append(len(count))
        told = receipt.text.replace(number, "N").replace(written_to, "M")
        seen.append(re.sub(r"WDR-\w+|\d\d:\d\d:\d\d", "", told))

    assert len(set(seen)) == 1
    assert len(set(asked)) == 1


def test_nobody_else_sees_a_receipt(front: Front):
    receipt = _confirm_page(front).submit(CONFIRM)

    Visitor(front.app).get(receipt.path, status=404)
    Visitor(front.app).get("/withdraw/WDR-NOBODYS", status=404)


def test_a_double_tap_is_one_declaration(front: Front):
    confirm = _confirm_page(front)

    receipts = {confirm.submit(CONFIRM).path for _ in range(3)}

    assert len(receipts) == 1
    assert _count(front) == 1
    assert rows(front.app, "SELECT count(*) FROM letters") == [(1,)]


def test_something_may_be_changed_before_it_is_confirmed(front: Front):
    form = _confirm_page(front, name="Anna Souza").submit("Change something")

    receipt = form.submit(GO_ON, name="Ana Souza").submit(CONFIRM)

    assert "Ana Souza" in receipt.text
    assert _count(front) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "Please type your name."),
        ({"name": "Win at https://evil.example"}, "Please type your name only"),
        ({"name": "w" * 201}, "up to 200 characters"),
        ({"order_number": " "}, "Please type the order number."),
        ({"order_number": "9" * 65}, "up to 64 characters"),
        ({"mailbox": "ana at example"}, "This does not look like an email address yet."),
        ({"mailbox": "a@b.example\nBcc: x@y.example"}, "This does not look like an email address yet."),
        ({"scope": "part"}, "Please tell us which goods you mean."),
        ({"scope": "half"}, "Not a valid choice."),
        ({"scope": "part", "goods": "w" * 4001}, "up to 4000 characters"),
        ({"once": "no key"}, "Withdraw from contract"),
    ],
)
@pytest.mark.parametrize("step", ["first", "second"])
def test_what_is_not_well_is_said_at_its_field_and_what_was_typed_stays(
    front: Front, step: str, typed: dict[str, str], told: str
):
    if step == "first":
        page = Visitor(front.app).get("/withdraw").submit(GO_ON, status=422, **{**TYPED, **typed})
    else:
        page = _confirm_page(front).submit(CONFIRM, status=422, **typed)

    assert told in page.text
    kept = TYPED | typed
    assert kept["name"][:30] in page.answer.text
    assert _count(front) == 0


def test_too_many_declarations_have_to_wait_and_nothing_typed_is_lost(front: Front):
    for _ in range(5):
        _confirm_page(front).submit(CONFIRM)

    page = _confirm_page(front).submit(CONFIRM, status=429)

    assert "Ana Souza" in page.text
    assert _count(front) == 5


def test_the_page_of_orders_leads_to_it_only_while_law_gives_it(front: Front, clock: Clock):
    customer = front.a_customer()
    _european(front, customer, parcels={"1": ParcelMade(-20, -12, -3)}, number="A-1")
    page = front.visitor(customer).get("/orders")

    form = page.follow("Withdraw from contract here for order A-1")
    clock.pass_(days=20)
    later = front.visitor(customer).get("/orders").links()

    assert "A-1" in form.text
    assert not [words for words in later if "for order A-1" in words and "Withdraw" in words]


def test_an_order_to_where_law_gives_no_right_does_not_lead_to_it(front: Front):
    page = front.owner(front.an_order(number="A-2")).get("/orders")

    assert not [words for words in page.links() if "for order A-2" in words]


def test_whoever_is_signed_in_names_lines_and_finds_the_receipt_again(front: Front):
    order = _european(front, parcels={"1": DELIVERED}, lines=[a_line(), a_line(title="Cups", quantity=3)])
    owner = front.owner(order)
    form = owner.get(f"/orders/{order.number}/withdraw")

    receipt = form.submit(GO_ON, scope="part", line_2="2").submit(CONFIRM)

    assert "2 × Cups" in receipt.text
    row = rows(front.app, "SELECT declared_by, lines, goods FROM withdrawals")[0]
    assert tuple(row) == (f"claimant:{order.customer_id}", [{"line": 2, "quantity": 2}], "2 × Cups")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"line_2": "4"}, "It can be 0 to 3."),
        ({"line_2": "-1"}, "It can be 0 to 3."),
        ({"line_2": "1e2"}, "It can be 0 to 3."),
        ({}, "Please say of at least one thing how many you mean."),
    ],
)
def test_more_than_was_bought_is_not_taken(front: Front, typed: dict[str, str], told: str):
    order = _european(front, parcels={"1": DELIVERED}, lines=[a_line(), a_line(title="Cups", quantity=3)])
    form = front.owner(order).get(f"/orders/{order.number}/withdraw")

    page = form.submit(GO_ON, status=422, scope="part", **typed)

    assert told in page.text
    assert _count(front) == 0


def test_an_address_of_another_order_in_the_form_changes_nothing(front: Front):
    order = _european(front, parcels={"1": DELIVERED})
    form = front.owner(order).get(f"/orders/{order.number}/withdraw")

    form.submit(GO_ON, order_number="A-SOMEBODYS").submit(CONFIRM)

    assert rows(front.app, "SELECT order_number FROM withdrawals") == [(order.number,)]


@pytest.mark.parametrize("path", ["/withdraw/confirm", "/orders/{number}/withdraw/confirm"])
def test_a_reload_of_the_second_step_leads_to_the_first(front: Front, path: str):
    order = _european(front, parcels={"1": DELIVERED})

    page = front.owner(order).get(path.format(number=order.number))

    assert page.heading == "Withdraw from contract"


def test_it_is_all_said_in_portuguese(front: Front):
    visitor = Visitor(front.app, **{"Accept-Language": "pt-BR"})

    receipt = visitor.get("/").follow("Desistir do contrato aqui").submit("Continuar", TYPED)
    receipt = receipt.submit("Confirmar desistência")

    assert receipt.heading == "Recebemos a sua desistência"
    assert rows(front.app, "SELECT locale FROM withdrawals") == [("pt_BR",)]
