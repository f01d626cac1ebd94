"""Typing the code: bound to its browser, five tries, ten minutes, once (reliability 24 to 27)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.sign_in import ANA, ask, cookie_of, enter
from tests.support.web import (
    COOKIES,
    Clock,
    a_customer,
    csrf_token,
    newest_code,
    rows,
    send,
)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12-34-56", "٠١٢٣٤٥", "123\t456"])
def test_what_is_not_six_digits_is_refused(app: Flask, client: FlaskClient, typed: str):
    a_customer(app, ANA)
    ask(client)

    answer = enter(client, typed)

    assert answer.status_code == 422
    assert "do not open the door" in answer.text


@pytest.mark.proves("input 24")
def test_blanks_inside_the_code_are_forgiven(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)

    answer = enter(client, f" {digits[:3]} {digits[3:]} ")

    assert answer.status_code == 303


@pytest.mark.proves("input 24", "P9")
def test_a_code_works_once(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    browser = cookie_of(client)
    token = csrf_token(client)
    enter(client, digits)
    client.set_cookie(COOKIES["customer"], browser)

    answer = client.post("/sign-in/code", data={"csrf_token": token, "code": digits})

    assert (answer.status_code, answer.location) == (303, "/?elsewhere=1")


@pytest.mark.proves("input 24")
def test_a_code_ends_after_ten_minutes(app: Flask, client: FlaskClient, clock: Clock):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    token = csrf_token(client)
    clock.pass_(minutes=10, seconds=1)

    answer = client.post("/sign-in/code", data={"csrf_token": token, "code": digits})

    assert answer.location == "/?elsewhere=1"


@pytest.mark.proves("input 24")
def test_the_sixth_try_is_refused_even_with_the_right_code(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    wrong = "000000" if digits != "000000" else "111111"
    for _ in range(5):
        enter(client, wrong)

    answer = enter(client, digits)

    assert answer.status_code == 422
    assert rows(app, "SELECT tries FROM sign_in_codes")[0].tries == 5


@pytest.mark.proves("input 24", "bug 51")
def test_a_code_opens_nothing_in_another_browser(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    other = app.test_client()

    answer = send(other, "/sign-in/code", {"code": digits})

    assert answer.location == "/?elsewhere=1"
    assert rows(app, "SELECT tries FROM sign_in_codes")[0].tries == 0


def test_only_the_newest_code_works(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    first = newest_code(app)
    ask(client)

    answer = enter(client, first)

    assert answer.status_code == 422
    assert enter(client, newest_code(app)).status_code == 303


@pytest.mark.proves("input 25", "bug 51")
def test_opening_the_link_uses_up_nothing(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)
    digits = newest_code(app)
    for _ in range(3):
        client.head(f"/sign-in/code?code={digits}")
        client.get(f"/sign-in/code?code={digits}", headers={"Sec-Purpose": "prefetch"})

    page = client.get(f"/sign-in/code?code={digits}")

    assert f'value="{digits}"' in page.text
    assert enter(client, digits).status_code == 303


def test_a_link_fills_in_digits_only(app: Flask, client: FlaskClient):
    a_customer(app, ANA)
    ask(client)

    page = client.get('/sign-in/code?code="><script>alert(1)</script>')

    assert "alert(1)" not in page.text


def test_a_code_page_without_a_code_leads_to_the_door(client: FlaskClient):
    answer = client.get("/sign-in/code")

    assert (answer.status_code, answer.location) == (303, "/?elsewhere=1")
