"""Withdrawals on the staff's front: the list by deadline, one with everything, and what can be done about it."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.services.look_at_withdrawal import look_at_withdrawal
from tests.support.builders import OrderMade, ParcelMade, a_line
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.web import Clock, rows, sign_in_staff

CAME = ParcelMade(-20, -12, -3)
LONG_AGO = ParcelMade(-90, -80, -70)
MANY_MORE = """
    INSERT INTO withdrawals (ref, client_key, name, mailbox, order_number, goods, lines, locale, browser_hash,
      declared_by, declared_at, state, refund_by, due_at)
    SELECT 'WDR-' || n, 'key ' || n, name, mailbox, order_number, goods, lines, locale, browser_hash,
      declared_by, declared_at, state, refund_by, due_at + n * interval '1 second'
    FROM withdrawals, generate_series(1, 60) AS n WHERE id = (SELECT min(id) FROM withdrawals)
"""


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


@pytest.fixture
def agent(front: Front) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT, limits={"BRL": 500_000})
    return visitor


def _order(front: Front, parcel: ParcelMade = CAME) -> OrderMade:
    order = front.an_order(parcels={"1": parcel}, lines=[a_line(), a_line(title="Cups", quantity=3)])
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE orders SET ship_to_country = 'PT', market = 'PT'")
    return order


def _declared(front: Front, order: OrderMade, **typed: str) -> str:
    """Declare as a guest would, and let the worker look at it."""
    mailbox = rows(front.app, "SELECT mailbox FROM customers WHERE id = :id", id=order.customer_id)[0][0]
    said = {"name": "Ana Souza", "order_number": order.number, "mailbox": mailbox, **typed}
    receipt = Visitor(front.app).get("/withdraw").submit("Go on", **said).submit("Confirm withdrawal")
    ref = receipt.path.rpartition("/")[2]
    look_at_withdrawal(front.toolkit, withdrawal_ref=ref)
    return ref


def _open(visitor: Visitor, ref: str) -> Page:
    return visitor.get(f"/staff/withdrawals/{ref}")


def _state(front: Front, ref: str) -> str:
    return str(rows(front.app, "SELECT state FROM withdrawals WHERE ref = :ref", ref=ref)[0][0])


def test_the_list_shows_the_earliest_deadline_first_and_what_is_overdue(front: Front, clock: Clock):
    due_in_days, due_tomorrow = _declared(front, _order(front)), _declared(front, _order(front, LONG_AGO))
    clock.pass_(hours=25)
    agent = Visitor(front.app)
    sign_in_staff(agent.client, Role.AGENT)

    page = agent.get("/staff/").follow("Withdrawals")

    assert page.text.index(due_tomorrow) < page.text.index(due_in_days)
    assert "2 are open. 1 is overdue." in page.text
    assert "After the last day" in page.text
    assert "…@" in page.text


def test_the_list_asks_the_same_however_long_it_is_and_goes_on_page_by_page(front: Front, agent: Visitor):
    for _ in range(3):
        _declared(front, _order(front))
    with counted_queries(front.app) as few:
        agent.get("/staff/withdrawals")
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql(MANY_MORE)

    with counted_queries(front.app) as many:
        first = agent.get("/staff/withdrawals")

    assert len(many) == len(few) <= 15
    assert first.text.count("WDR-") == 50
    assert first.follow("Later deadlines").text.count("WDR-") == 13


def test_money_goes_back_from_the_page_and_the_claim_shows_it(front: Front, agent: Visitor):
    ref = _declared(front, _order(front))

    page = _open(agent, ref).submit("The goods are back")
    paid = page.submit("Refund now")

    assert "Nothing holds the money any more." in page.text
    assert "All of the money is on its way back." in paid.text
    assert _state(front, ref) == "refunded"
    assert "Refund now" not in [button.text for button in paid.document.iter("button")]
    claim = paid.follow("See the claim")
    assert "Approved" in claim.text


def test_a_second_tap_says_that_it_has_moved_on(front: Front, agent: Visitor):
    ref = _declared(front, _order(front))
    page = _open(agent, ref)
    page.submit("Refund now")

    again = page.submit("Refund now", status=409)

    assert "This has moved on" in again.text
    assert rows(front.app, "SELECT count(*) FROM claims") == [(1,)]


def test_words_are_turned_into_lines_before_it_is_accepted(front: Front, agent: Visitor):
    ref = _declared(front, _order(front), scope="part", goods="two of the cups")
    page = _open(agent, ref)

    nothing = page.submit("Accept the withdrawal", status=422)
    too_many = page.submit("Accept the withdrawal", status=422, line_2="4")
    accepted = page.submit("Accept the withdrawal", line_2="2")

    assert "Please say which goods are meant." in nothing.text
    assert "It can be 0 to 3." in too_many.text
    assert "2 come back" in accepted.text
    assert _state(front, ref) == "awaiting_goods"


def test_an_order_is_connected_where_number_and_mailbox_did_not_fit(front: Front, agent: Visitor):
    order = _order(front)
    ref = _declared(front, order, mailbox="typo@example.org")
    page = _open(agent, ref)

    unknown = page.submit("Connect with this order", status=422, order_number="NOWHERE")
    empty = page.submit("Connect with this order", status=422, order_number=" ")
    connected = page.submit("Connect with this order")

    assert "There is no order of this number." in unknown.text
    assert "Please type the number of the order." in empty.text
    assert "In time" in connected.text
    assert "Accept the withdrawal" in connected.answer.text


def test_an_answer_in_own_words_closes_it_and_words_that_were_refused_stay(front: Front, agent: Visitor):
    ref = _declared(front, _order(front, LONG_AGO))
    page = _open(agent, ref)

    refused = page.submit("Send it and close", status=422, answer="w" * 4001)
    page.submit("Send it and close", answer="We found a way by phone.")

    assert "w" * 4001 in refused.answer.text
    assert _state(front, ref) == "answered"
    assert rows(front.app, "SELECT answer FROM withdrawals") == [("We found a way by phone.",)]


def test_a_claim_can_be_opened_to_decide_on_another_sum(front: Front, agent: Visitor):
    ref = _declared(front, _order(front))

    page = _open(agent, ref).submit("Open a claim and decide the sum there")

    assert "What goes back is decided there." in page.text
    assert rows(front.app, "SELECT state FROM claims") == [("escalated",)]


def test_an_admin_sees_it_masked_and_does_nothing_and_finance_sees_nothing(front: Front):
    ref = _declared(front, _order(front))
    admin, finance = Visitor(front.app), Visitor(front.app)
    sign_in_staff(admin.client, Role.ADMIN)
    sign_in_staff(finance.client, Role.FINANCE)

    page = _open(admin, ref)

    assert "…@" in page.text
    assert "Refund now" not in page.text
    finance.get(f"/staff/withdrawals/{ref}", status=403)


@pytest.mark.parametrize(
    "typed", [{"act": "refund"}, {"act": "dance", "version": "1"}, {"act": "goods", "version": "x"}]
)
def test_what_no_page_sends_is_refused(front: Front, agent: Visitor, typed: dict[str, str]):
    ref = _declared(front, _order(front))
    token = _open(agent, ref).filled(next(_open(agent, ref).forms()))["csrf_token"]

    agent.post(f"/staff/withdrawals/{ref}/act", {"csrf_token": token, **typed}, status=400)
    agent.post("/staff/withdrawals/WDR-NOBODYS/act", {"csrf_token": token, "act": "goods", "version": "1"}, status=404)

    assert _state(front, ref) == "awaiting_goods"
