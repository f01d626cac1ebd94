"""Asking for a code: equal answers, limits, and where it leads (reliability 20 to 23, 30, 32)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.sign_in import ANA, OUTSIDE, ask, enter, let_in
from tests.support.web import (
    a_customer,
    csrf_token,
    newest_code,
    rows,
)


def test_the_door_asks_for_mailbox_and_order(client: FlaskClient):
    answer = client.get("/")

    assert answer.status_code == 200
    assert 'name="mailbox"' in answer.text
    assert 'name="order_number"' in answer.text


def test_the_right_code_lets_the_customer_in(app: Flask, client: FlaskClient):
    answer = let_in(app, client)

    assert (answer.status_code, answer.location) == (303, "/orders")
    assert rows(app, "SELECT subject FROM web_sessions WHERE subject IS NOT NULL")


def test_the_page_that_asks_for_the_code_says_in_its_title_what_it_says_at_its_head(app: Flask):
    page = Visitor(app).get("/").submit("Send me a code", mailbox=ANA)

    assert page.path == "/sign-in/code"
    assert page.heading == "Look in your mailbox"


def test_a_named_order_of_theirs_is_where_they_land(app: Flask, client: FlaskClient):
    answer = let_in(app, client, order_number="A-1")

    assert answer.location == "/orders/A-1/report"


@pytest.mark.proves("input 21", "input 23")
@pytest.mark.parametrize("named", ["A-2", "a-1", "0-1", "A_1", "A%1", "' OR 1=1 --", "A-1\u0020\u00a0x"])
def test_an_order_number_that_is_not_theirs_leads_to_all_orders(app: Flask, client: FlaskClient, named: str):
    a_customer(app, "eve@example.org", orders=("A-2",))

    answer = let_in(app, client, order_number=named)

    assert answer.location == "/orders"


def test_the_page_that_was_wanted_is_where_they_land(app: Flask, client: FlaskClient):
    answer = let_in(app, client, target="/claims/CLM-7QA4K3H")

    assert answer.location == "/claims/CLM-7QA4K3H"


@pytest.mark.proves("input 30")
@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example/", "/a\r\nX: y", "\\\\e"],
)
def test_a_target_elsewhere_is_forgotten(app: Flask, client: FlaskClient, target: str):
    answer = let_in(app, client, target=target)

    assert answer.location == "/orders"


@pytest.mark.proves("input 21")
@pytest.mark.parametrize(
    ("hit", "miss"),
    [
        pytest.param((ANA, ""), ("nobody@example.org", ""), id="no order named"),
        pytest.param((ANA, "A-1"), ("nobody@example.org", "A-1"), id="a right order, and a mailbox that nobody has"),
        pytest.param((ANA, "A-1"), ("eve@example.org", "A-1"), id="a right order with another's mailbox"),
        pytest.param(("eve@example.org", "A-1"), ("eve@example.org", "A-999"), id="an order that nobody has"),
    ],
)
def test_hit_and_miss_look_the_same_and_do_the_same_work(app: Flask, hit: tuple[str, str], miss: tuple[str, str]):
    a_customer(app, ANA, orders=("A-1",))
    a_customer(app, "eve@example.org", orders=("A-2",))
    answers, works = [], []
    for mailbox, number in (hit, miss):
        client = app.test_client()
        token = csrf_token(client)
        data = {"csrf_token": token, "mailbox": mailbox, "order_number": number, "target": ""}
        with counted_queries(app) as statements:
            answer = client.post("/sign-in", data=data)
        answers.append((answer.status_code, answer.location, answer.data))
        works.append(list(statements))

    assert answers[0] == answers[1]
    assert works[0] == works[1]
    jobs = rows(app, "SELECT task_name, args - 'code_id' FROM jobs.procrastinate_jobs")
    assert [tuple(job) for job in jobs] == [("sign_in.send", {"locale": "en"})] * 2


@pytest.mark.proves("P9")
def test_neither_the_database_nor_the_queue_holds_the_digits(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)

    digits = newest_code(app)

    kept = rows(app, "SELECT c::text, j.args::text FROM sign_in_codes c, jobs.procrastinate_jobs j")
    assert all(digits not in text.replace("-", "") for row in kept for text in row)


@pytest.mark.proves("bug 50")
def test_a_code_of_a_mailbox_without_orders_opens_nothing(app: Flask, client: FlaskClient):
    ask(client, "nobody@example.org")

    answer = enter(client, newest_code(app))

    assert answer.status_code == 422


@pytest.mark.proves("input 22")
@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "ana",
        "ana@@example.org",
        "a@b@example.org",
        "a\nb@example.org",
        "ana@example",
        "ana bo@example.org",
        f"{'a' * 300}@x.org",
    ],
)
def test_what_is_no_mailbox_is_told_and_kept(app: Flask, client: FlaskClient, mailbox: str):
    answer = ask(client, mailbox)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert rows(app, "SELECT 1 FROM sign_in_codes") == []


@pytest.mark.proves("input 22")
@pytest.mark.parametrize("typed", ["  Ana@Example.ORG ", "ANA@example.org"])
def test_a_mailbox_is_found_however_it_is_typed(app: Flask, client: FlaskClient, typed: str):
    a_customer(app, ANA)
    ask(client, typed)

    assert enter(client, newest_code(app)).status_code == 303


@pytest.mark.proves("input 22")
def test_a_tag_is_another_mailbox(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client, "ana+shop@example.org")

    assert enter(client, newest_code(app)).status_code == 422


def test_the_sixth_code_in_an_hour_waits(app: Flask, client: FlaskClient):
    for _ in range(5):
        assert ask(client).status_code == 303

    answer = ask(client)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "What you wrote is not lost" in answer.text


def test_many_mailboxes_from_one_address_wait(app: Flask):
    answers = []
    for number in range(31):
        client = app.test_client()
        client.environ_base.update(OUTSIDE)
        answers.append(ask(client, f"nobody{number}@example.org").status_code)

    assert answers == [303] * 30 + [429]


@pytest.mark.proves("input 32", "bug 52")
def test_a_forged_forwarded_address_changes_nothing(app: Flask):
    answers = []
    for number in range(31):
        client = app.test_client()
        client.environ_base.update(OUTSIDE)
        data = {"csrf_token": csrf_token(client), "mailbox": f"n{number}@example.org", "order_number": "", "target": ""}
        forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        answers.append(client.post("/sign-in", data=data, headers=forged).status_code)

    assert answers[-1] == 429


@pytest.mark.proves("P9")
def test_counters_hold_no_mailbox(app: Flask, client: FlaskClient):
    ask(client)

    assert all("ana" not in row.key.partition(":")[2] for row in rows(app, "SELECT key FROM rate_counts"))
