"""The way in: typed code, bound browser, equal answers, and a way out that really ends it."""

from flask import Flask
from flask.testing import FlaskClient

from tests.support.web import a_customer, newest_code, rows, send

ANA = "ana@example.org"


def ask(client: FlaskClient, mailbox: str = ANA, **more: str):
    return send(client, "/sign-in", {"mailbox": mailbox, "order_number": "", "target": "", **more})


def enter(client: FlaskClient, code: str):
    return send(client, "/sign-in/code", {"code": code}, seen="/sign-in/code")


def test_the_door_asks_for_mailbox_and_order(client: FlaskClient):
    answer = client.get("/")

    assert answer.status_code == 200
    assert 'name="mailbox"' in answer.text
    assert 'name="order_number"' in answer.text


def test_the_right_code_lets_the_customer_in(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)

    answer = enter(client, newest_code(app))

    assert (answer.status_code, answer.location) == (303, "/orders")
    assert rows(app, "SELECT subject FROM web_sessions WHERE subject IS NOT NULL")


def test_a_named_order_of_theirs_is_where_they_land(app: Flask, client: FlaskClient):
    a_customer(app, ANA, orders=("A-1",))
    ask(client, order_number="A-1")

    answer = enter(client, newest_code(app))

    assert answer.location == "/orders/A-1/report"
