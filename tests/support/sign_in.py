"""A customer at the door, as the tests of signing in see one: asking for a code, typing it, holding a cookie."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.web import COOKIES, a_customer, newest_code, send

ANA = "ana@example.org"
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}


def ask(client: FlaskClient, mailbox: str = ANA, **more: str) -> TestResponse:
    """Ask for a code."""
    return send(client, "/sign-in", {"mailbox": mailbox, "order_number": "", "target": "", **more})


def enter(client: FlaskClient, code: str) -> TestResponse:
    """Type a code."""
    return send(client, "/sign-in/code", {"code": code}, seen="/sign-in/code")


def let_in(app: Flask, client: FlaskClient, **asked: str) -> TestResponse:
    """Come in as Ana, who has one order."""
    a_customer(app, ANA, orders=("A-1",))
    ask(client, **asked)
    return enter(client, newest_code(app))


def cookie_of(client: FlaskClient) -> str:
    """Read the id of the customer's session."""
    cookie = client.get_cookie(COOKIES["customer"])
    assert cookie is not None
    return cookie.value
