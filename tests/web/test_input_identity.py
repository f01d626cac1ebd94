"""Who somebody says they are: names, codes, cookies and keys that are almost right (reliability, input 20 to 29)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.services.create_api_key import create_api_key
from tests.support.builders import a_line
from tests.support.credit_checkout import HOLDS
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.sign_in import ANA, ask, cookie_of, enter
from tests.support.web import COOKIES, a_customer, newest_code, rows, sign_in_customer, sign_in_staff, toolkit_of


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


@pytest.mark.proves("input 23")
@pytest.mark.parametrize(
    "typed", ["AO0-1l", "A00-11", "a00-1l", "%", "A00-1_", "A00-1%", "A00-1l%20", "%20A00-1l", "0A00-1l", "A00-1l'--"]
)
def test_an_order_number_is_itself_letter_by_letter(front: Front, typed: str):
    order = front.an_order(number="A00-1l")
    owner, agent = front.owner(order), Visitor(front.app)
    sign_in_staff(agent.client, Role.AGENT)

    answers = [owner.client.get(f"/orders/{typed}/report"), agent.client.get(f"/staff/orders/{typed}/report")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert owner.get("/orders/A00-1l/report").heading


@pytest.mark.proves("input 23", "input 44")
@pytest.mark.parametrize("sought", ["%", "_", "A00%", "A00-1_", "' OR '1'='1", "AO0-1l", "\\", "A00-1l'; --"])
def test_a_search_means_what_it_says(front: Front, sought: str):
    order = front.an_order(number="A00-1l")
    front.a_claim(order, Problem.DAMAGED)
    agent = Visitor(front.app)
    sign_in_staff(agent.client, Role.AGENT)

    found = agent.client.get("/staff/find", query_string={"q": sought})
    orders = agent.client.get("/staff/orders", query_string={"q": sought})

    assert (found.status_code, orders.status_code) == (200, 200)
    assert "/staff/orders/A00-1l/report" not in orders.text


@pytest.mark.proves("input 22")
@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("ana@bücher.example", 303),
        ("ana@xn--bcher-kva.example", 303),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.com", 303),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 62}.com", 422),
        (f"{'a' * 65}@example.org", 422),
        ("ana@example.org\r\nBcc: eve@example.org", 422),
        ("ana@example.org, eve@example.org", 422),
        ("<ana@example.org>", 422),
        ("ana@[127.0.0.1]", 422),
        ("ana@-example.org", 422),
        ("ana@exam ple.org", 422),
    ],
)
def test_a_mailbox_is_one_that_mail_can_reach(app: Flask, client: FlaskClient, typed: str, status: int):
    answer = ask(client, typed)

    assert answer.status_code == status
    assert len(rows(app, "SELECT 1 FROM sign_in_codes")) == (1 if status == 303 else 0)


@pytest.mark.proves("input 24")
def test_a_code_that_was_used_is_used_however_it_is_spaced(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    browser = cookie_of(client)
    assert enter(client, digits).status_code == 303

    for typed in (digits, f" {digits}", f"{digits[:3]} {digits[3:]}", " ".join(digits)):
        again = app.test_client()
        again.set_cookie(COOKIES["customer"], browser)
        enter(again, typed)
        assert again.get("/orders").status_code == 401


@pytest.mark.proves("input 27")
def test_what_opens_one_door_opens_no_other(front: Front):
    order = front.an_order(lines=[a_line(price=190_000)])
    ref = front.a_claim(order, Problem.DAMAGED)
    customer, agent = front.app.test_client(), front.app.test_client()
    tokens = {"customer": sign_in_customer(customer, order.customer_id), "key": create_api_key(front.toolkit, "shop")}
    sign_in_staff(agent, Role.AGENT)
    staff_cookie = agent.get_cookie(COOKIES["staff"])
    assert staff_cookie is not None
    tokens["staff"] = staff_cookie.value

    opened = {(name, door) for name, token in tokens.items() for door in _opened(front, token, ref)}

    assert opened == {("customer", "customer"), ("staff", "staff"), ("key", "api")}


def _opened(front: Front, token: str, ref: str) -> set[str]:
    """Try a token at every door, and name those that it opens."""
    client = front.app.test_client()
    for cookie in COOKIES.values():
        client.set_cookie(cookie, token)
    doors = {
        "customer": client.get(f"/claims/{ref}").status_code,
        "staff": client.get(f"/staff/claims/{ref}").status_code,
        "api": client.get(f"{HOLDS}/HLD-1", headers={"Authorization": f"Bearer {token}"}).status_code,
    }
    return {door for door, status in doors.items() if status not in {401, 403, 303}}


@pytest.mark.proves("input 27")
def test_a_code_by_mail_belongs_to_its_mailbox_alone(app: Flask):
    first, second = app.test_client(), app.test_client()
    a_customer(app, ANA)
    a_customer(app, "eve@example.org")
    ask(first)
    anas = newest_code(app)
    ask(second, "eve@example.org")
    eves = newest_code(app)

    crossed = enter(second, anas if anas != eves else "000000")

    assert crossed.status_code == 422
    assert enter(first, anas).status_code == 303


@pytest.mark.proves("input 28", "input 29")
@pytest.mark.parametrize("front_name", ["customer", "staff"])
@pytest.mark.parametrize("chosen", ["A" * 43, "A" * 42, "", "../../etc/passwd", "é" * 43, "x" * 4_000])
def test_a_cookie_that_we_did_not_give_opens_nothing(app: Flask, front_name: str, chosen: str):
    client = app.test_client()
    headers = {"Cookie": f"{COOKIES[front_name]}={chosen}".encode().decode("latin-1")}
    path = {"customer": "/orders", "staff": "/staff/"}[front_name]

    answer = client.get(path, headers=headers)

    assert answer.status_code in {303, 401}
    assert rows(app, "SELECT 1 FROM web_sessions") == []


@pytest.mark.proves("input 28")
def test_a_cookie_of_staff_opens_nothing_after_sign_out(app: Flask):
    client = app.test_client()
    sign_in_staff(client, Role.AGENT)
    kept = client.get_cookie(COOKIES["staff"])
    assert kept is not None
    page = client.get("/staff/").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    client.post("/staff/sign-out", data={"csrf_token": token})
    client.set_cookie(COOKIES["staff"], kept.value)

    assert client.get("/staff/").status_code == 401


@pytest.mark.proves("input 79", "P4")
def test_a_role_that_was_taken_away_closes_its_pages_at_once(app: Flask):
    client = app.test_client()
    staff_id = sign_in_staff(client, Role.AGENT)
    assert client.get("/staff/orders").status_code == 200

    with toolkit_of(app).transaction() as session:
        session.connection().exec_driver_sql("UPDATE staff SET role = 'finance' WHERE id = %s", (staff_id,))

    assert client.get("/staff/orders").status_code == 403
