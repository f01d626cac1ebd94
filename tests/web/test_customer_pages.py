"""Orders and store credit, in pages; how many questions every page asks; and that nobody sees what is another's."""

import re

import pytest
from flask import Flask

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from tests.support.builders import LATE, OrderMade, ParcelMade, a_line, a_payment
from tests.support.customer_front import Front, token_of
from tests.support.queries import counted_queries
from tests.support.web import rows

MOST_QUERIES = 12


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def test_orders_stand_newest_first_and_in_pages(front: Front):
    customer = front.a_customer()
    numbers = [front.an_order(customer, placed_days_ago=days, number=f"A-{days}").number for days in range(12, 0, -1)]
    first = front.visitor(customer).get("/orders")

    second = first.follow("Older")

    told = re.findall(r"Order (A-\d+)", first.text) + re.findall(r"Order (A-\d+)", second.text)
    assert told == list(reversed(numbers))
    assert "Page 2 of 2" in second.text
    assert second.links()["Newer"] == "/orders"


@pytest.mark.parametrize("page", ["0", "-1", "3", "1e2", "one", "9" * 30, "1'--"])
def test_a_page_of_orders_that_there_is_not_is_not_found(front: Front, page: str):
    order = front.an_order()

    front.owner(order).get(f"/orders?page={page}", status=404)


def test_parcels_tell_what_is_known_of_them(front: Front):
    parcels = {"1": ParcelMade(vendor="Teahouse"), "2": ParcelMade(-30, -12, None, vendor="1554a6853018", carrier=None)}
    order = front.an_order(lines=[a_line(), a_line(title="Cups", quantity=2, parcel="2")], parcels=parcels)

    page = front.owner(order).get("/orders")

    assert "Parcel 1 of 2 · sent by Teahouse · Sedex" in page.text
    assert "Late: we promised it by" in page.text
    assert "1554a6853018" not in page.text
    assert "R$170.00" in page.text


def test_an_order_whose_every_unit_is_told_has_no_button(front: Front):
    order = front.an_order()
    front.a_claim(order)

    page = front.owner(order).get("/orders")

    assert "Something’s wrong" not in page.text
    assert "Your choice" in page.text


def test_a_cancelled_order_says_so(front: Front):
    order = front.an_order(parcels={"1": ParcelMade(None, None, None)}, status="canceled")

    assert "Cancelled" in front.owner(order).get("/orders").text


def test_no_orders_is_said_kindly(front: Front):
    assert "No orders here" in front.visitor(front.a_customer()).get("/orders").text


def test_credit_stands_on_the_orders_page_and_its_code_can_be_changed(front: Front):
    order = _with_credit(front)
    page = front.owner(order).get("/orders").follow("You have R$66.00 store credit")
    code = page.text.split("checkout ")[1].split(" ")[0]

    fresh = page.submit("Make a new code")

    assert "Here is your new code." in fresh.text
    assert code not in fresh.text
    assert "R$66.00" in fresh.text


def test_no_credit_is_said_kindly(front: Front):
    assert "No store credit yet" in front.visitor(front.a_customer()).get("/credit").text


def test_no_page_asks_more_than_twelve_questions_and_none_grows_with_its_rows(front: Front):
    small, large = _busy(front, 1), _busy(front, 6)

    asked = [_questions(front, busy) for busy in (small, large)]

    assert asked[0] == asked[1]
    assert max(asked[0].values()) <= MOST_QUERIES, asked[0]


def _questions(front: Front, busy: tuple[OrderMade, str]) -> dict[str, int]:
    order, ref = busy
    visitor = front.owner(order)
    pages = {
        "orders": "/orders",
        "report": f"/orders/{order.number}/report",
        "claim": f"/claims/{ref}",
        "correction": f"/claims/{_untouched(front, order)}/correct",
        "status": f"/claims/{ref}/status",
        "credit": "/credit",
    }
    counts = {}
    for name, path in pages.items():
        with counted_queries(front.app) as statements:
            visitor.client.get(path)
        counts[name] = len(statements)
    return counts


def _untouched(front: Front, order: OrderMade) -> str:
    asked = "SELECT ref FROM claims WHERE customer_id = :id AND state = 'offered' ORDER BY id DESC LIMIT 1"
    ((ref,),) = rows(front.app, asked, id=order.customer_id)
    return ref


def _busy(front: Front, size: int) -> tuple[OrderMade, str]:
    """Make a customer with orders, lines, payments, remedies of all kinds, words and credit, as many as asked."""
    lines = [a_line(title=f"Thing {number}", price=500, shipping=0) for number in range(3 * size + 1)]
    payments = [a_payment(100 * len(lines)) for _ in range(3)] + [a_payment(200 * len(lines), "voucher")]
    customer = front.a_customer()
    for _ in range(size):
        front.an_order(customer)
    order = front.an_order(customer, lines=lines, payments=payments, parcels={"1": LATE}, status="shipped")
    ref = front.a_claim(order, Problem.MISSING_PACKAGE, lines=order.line_numbers[:-1])
    # Before so much is given to one customer that a person looks at the next report.
    front.a_claim(order, Problem.MISSING_PACKAGE, lines=order.line_numbers[-1:])
    visitor = front.owner(order)
    chosen = [RemedyKind.REFUND, RemedyKind.STORE_CREDIT, RemedyKind.REPLACEMENT] * size
    for line, kind in zip(front.claim(ref).lines, chosen, strict=True):
        offer = next(offer for offer in line.offers if offer.kind == kind)
        data = {**token_of(visitor), "version": str(front.claim(ref).version), "line_1": offer.ref}
        visitor.post(f"/claims/{ref}/accept", data)
        visitor.get(f"/claims/{ref}").submit("Send", words=f"About {offer.ref}")
    front.issue_credit()
    return order, ref


def _with_credit(front: Front) -> OrderMade:
    order = front.an_order(parcels={"1": LATE}, status="shipped")
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE), RemedyKind.STORE_CREDIT)
    front.issue_credit()
    return order


@pytest.mark.proves("P5", "input 20", "bug 49")
def test_the_credit_account_of_another_looks_like_none_rel_20(front: Front):
    _with_credit(front)
    ((account, code),) = rows(front.app, "SELECT ref, code_sealed FROM credit_accounts")
    stranger = front.visitor(front.a_customer())
    token = token_of(stranger)

    answers = [
        stranger.client.post("/credit/code", data={**token, "account": name}) for name in (account, "CRD-NOBODY", "")
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert rows(front.app, "SELECT code_sealed FROM credit_accounts") == [(code,)]
