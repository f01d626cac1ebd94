"""Reporting for a customer who called: found by number or mailbox, told in the customer's form, decided by another."""

import io
import uuid

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.import_stock import import_stock
from tests.support.builders import DELIVERED, LATE, OrderMade, a_line
from tests.support.customer_front import Front, fields
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

GREAT = {"title": "Copper still", "price": 190_000, "shipping": 10_000}
DAMAGED = fields({"line_1-chosen": "y", "line_1-problem": "damaged"})
REPORT = "Report it for the customer"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def agent(app: Flask, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role, limits={"BRL": 500_000})
    return visitor


def opened(front: Front, order: OrderMade, visitor: Visitor | None = None) -> Page:
    return (visitor or agent(front.app)).get(f"/staff/orders/{order.number}/report")


def test_an_order_is_found_by_its_number_and_opens_at_once(front: Front) -> None:
    order = front.an_order()

    page = agent(front.app).get(f"/staff/orders?q={order.number}")

    assert page.path == f"/staff/orders/{order.number}/report"
    assert page.heading == f"What went wrong with order {order.number}"


def test_all_orders_of_a_mailbox_are_found_however_it_is_written(front: Front) -> None:
    customer = front.a_customer("ana.souza@example.org")
    mine = [front.an_order(customer).number for _ in range(2)]
    other = front.an_order().number

    page = agent(front.app).get("/staff/orders?q=%20Ana.Souza@EXAMPLE.org")

    assert all(number in page.links() for number in mine)
    assert other not in page.text
    assert "a…@example.org" in page.text


@pytest.mark.proves("input 44")
@pytest.mark.parametrize("sought", ["", "nobody@example.org", "A-1'; --", "%25", "@", "x" * 300])
def test_what_is_not_found_opens_nothing(front: Front, sought: str) -> None:
    front.an_order()

    page = agent(front.app).get(f"/staff/orders?q={sought}")

    assert page.heading == "Report for a customer"
    assert ("There is no order" in page.text) == bool(sought)


def test_a_report_for_a_customer_is_theirs_and_the_apology_goes_to_them(front: Front) -> None:
    order = front.an_order(parcels={"1": DELIVERED}, locale="pt-BR")
    visitor = agent(front.app)

    page = opened(front, order, visitor).submit(REPORT, words="Chegou quebrado.", **DAMAGED)

    claim = rows(front.app, "SELECT ref, raised_by, locale, words, customer_id FROM claims")[0]
    letter = rows(front.app, "SELECT template, recipient, locale FROM letters")[0]
    mailbox = rows(front.app, "SELECT mailbox FROM customers WHERE id = :id", id=order.customer_id)[0][0]
    assert page.heading == f"Claim {claim.ref}"
    assert "Our apology is on its way to their mailbox." in page.text
    assert claim.raised_by.startswith("staff:")
    assert (claim.locale, claim.words, claim.customer_id) == ("pt_BR", "Chegou quebrado.", order.customer_id)
    assert (letter.template, letter.recipient, letter.locale) == ("apology_with_offers", mailbox, "pt_BR")


def test_the_customer_reads_who_wrote_it_down_and_chooses_as_ever(front: Front) -> None:
    order = front.an_order(parcels={"1": DELIVERED})
    opened(front, order).submit(REPORT, **fields({"line_1-chosen": "y", "line_1-problem": "missing_package"}))
    ref = rows(front.app, "SELECT ref FROM claims")[0].ref

    page = front.owner(order).get(f"/claims/{ref}")

    assert "Agent wrote down for you what went wrong with" in page.text
    assert "You told us what went wrong with" not in page.text
    assert page.heading.startswith("We are sorry")


@pytest.mark.proves("P1", "bug 48")
def test_who_reported_for_a_customer_does_not_decide_it_and_a_colleague_does(front: Front) -> None:
    order = front.an_order(lines=[a_line(**GREAT)])
    reporter, colleague = agent(front.app), agent(front.app)
    mine = opened(front, order, reporter).submit(REPORT, **DAMAGED)
    theirs = colleague.get(mine.path)
    form = next(one for one in theirs.forms() if theirs.filled(one).get("act") == "approve")
    approval = {**theirs.filled(form), "reason": "The photo is clear."}

    refused = reporter.post(f"{mine.path}/preview", {**approval, "csrf_token": token_of(mine)}, status=403)
    shown = colleague.post(f"{mine.path}/preview", approval)

    assert "You reported this for the customer, so a colleague decides it." in mine.text
    assert refused.heading == "This page is for somebody else"
    assert shown.heading == "This mail will leave"


def token_of(page: Page) -> object:
    return next(page.filled(form)["csrf_token"] for form in page.forms())


@pytest.mark.proves("F8")
def test_the_same_report_sent_twice_is_one_claim(front: Front) -> None:
    order = front.an_order(parcels={"1": DELIVERED})
    page = opened(front, order)

    first, second = (page.submit(REPORT, **DAMAGED) for _ in range(2))

    assert first.path == second.path
    assert len(rows(front.app, "SELECT 1 FROM claims")) == 1


def test_what_was_reported_already_names_its_claim_and_keeps_the_words(front: Front) -> None:
    order = front.an_order(parcels={"1": DELIVERED}, lines=[a_line(), a_line(title="Cups")])
    page = opened(front, order)
    earlier = front.a_claim(order, Problem.DAMAGED)

    answer = page.submit(REPORT, words="They called again.", status=409, **DAMAGED)

    assert "This was reported already." in answer.text
    assert answer.links()[earlier] == f"/staff/claims/{earlier}"
    assert "They called again." in answer.text


def test_a_report_without_a_line_or_a_problem_is_asked_for_once_more(front: Front) -> None:
    page = opened(front, front.an_order(lines=[a_line(), a_line()]))

    nothing = page.submit(REPORT, status=422)
    no_problem = page.submit(REPORT, status=422, **fields({"line_1-chosen": "y"}))

    assert "Please tick what it is about." in nothing.links()
    assert "Please choose what happened." in no_problem.text
    assert rows(front.app, "SELECT 1 FROM claims") == []


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FINANCE])
def test_only_those_who_decide_claims_report_for_customers(front: Front, role: Role) -> None:
    order = front.an_order()
    visitor = agent(front.app, role)

    visitor.get("/staff/orders", status=403)
    visitor.get(f"/staff/orders/{order.number}/report", status=403)


def test_an_order_that_is_not_there_is_not_found(front: Front) -> None:
    agent(front.app).get(f"/staff/orders/{uuid.uuid4().hex}/report", status=404)


def test_queries_do_not_grow_with_orders_and_lines(front: Front) -> None:
    visitor, counts = agent(front.app), []
    for size in (1, 6):
        customer = front.a_customer(f"c{size}@example.org")
        orders = [front.an_order(customer, lines=[a_line() for _ in range(size)]) for _ in range(size)]
        for path in (f"/staff/orders?q=c{size}@example.org", f"/staff/orders/{orders[0].number}/report"):
            visitor.get(path)
            with counted_queries(front.app) as statements:
                visitor.get(path)
            counts.append(len(statements))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


@pytest.fixture
def sent_again(front: Front) -> OrderMade:
    """Let an order get lost, be sent again, and the new parcel arrive."""
    order = front.an_order(parcels={"1": LATE}, status="shipped")
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE), RemedyKind.REPLACEMENT)
    front.parcel_news("delivered", carrier="Tucano", tracking_number="TL1")
    return order


def test_what_was_sent_again_is_reported_for_a_customer_once_and_is_a_claim_of_its_own(
    front: Front, sent_again: OrderMade
) -> None:
    page = opened(front, sent_again).follow("Report about the new parcel with Blue teapot")
    form = page.submit(REPORT, status=422, **fields({"line_1-chosen": "y"}))

    claim = page.submit(REPORT, words="The lid, they say.", **DAMAGED)
    twice = page.submit(REPORT, words="Once more.", status=409, **DAMAGED)
    told = opened(front, sent_again).follow("Report about the new parcel with Blue teapot")

    assert page.heading == f"What went wrong with the new parcel of order {sent_again.number}"
    assert "Please choose what happened." in form.text
    ref = claim.path.rpartition("/")[2]
    assert rows(front.app, "SELECT about_replacement_id IS NOT NULL FROM claim_lines ORDER BY id") == [
        (False,),
        (True,),
    ]
    actors = rows(front.app, "SELECT actor LIKE 'staff:%' FROM claim_events WHERE action = 'told_again'")
    assert actors == [(True,)]
    assert "This was reported already." in twice.text
    assert told.links()[ref] == f"/staff/claims/{ref}"


@pytest.mark.proves("P5")
def test_a_parcel_of_another_order_or_of_none_is_not_found(front: Front, sent_again: OrderMade) -> None:
    parcel = rows(front.app, "SELECT ref FROM replacements")[0][0]
    other = front.an_order()

    for number, ref in ((other.number, parcel), (sent_again.number, "REP-NONE"), ("none", parcel)):
        agent(front.app).get(f"/staff/orders/{number}/sent-again/{ref}/report", status=404)
    agent(front.app, Role.FINANCE).get(f"/staff/orders/{sent_again.number}/sent-again/{parcel}/report", status=403)


@pytest.mark.parametrize(
    ("pieces", "says"),
    [(None, "sku-1"), (3, "3 pieces free to send again"), (1, "1 piece free"), (0, "none left to send again")],
)
def test_the_claim_tells_staff_how_many_can_be_sent_again(front: Front, pieces: int | None, says: str) -> None:
    if pieces is not None:
        counts = io.BytesIO(f"sku,on_hand\nsku-1,{pieces}\n".encode())
        import_stock(front.toolkit, counts=counts, actor=Actor.system("tests"))
    ref = front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.MISSING_PACKAGE)

    page = agent(front.app).get(f"/staff/claims/{ref}")

    assert says in page.text
    assert ("to send again" in page.text) == (pieces is not None)
