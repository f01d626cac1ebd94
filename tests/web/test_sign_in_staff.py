"""How staff come in: one answer for every wrong pair, a limit, and doors that close at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.authority import Role
from portal.services.change_password import change_password
from portal.services.create_staff import create_staff, deactivate_staff
from portal.services.sign_in_staff import PER_MAILBOX
from tests.support.second_factor import code_by, enrolled
from tests.support.web import COOKIES, Clock, rows, send, sign_in_staff, toolkit_of

PASSWORD = "a sentence nobody says"
DOOR, STEP = "/staff/sign-in", "/staff/second-factor"


def hire(app: Flask, role: Role = Role.AGENT, mailbox: str = "ada@shop.example") -> None:
    create_staff(toolkit_of(app), mailbox=mailbox, name="Ada", role=role, password=PASSWORD, limits={"EUR": 4000})
    enrolled(toolkit_of(app), rows(app, "SELECT id FROM staff WHERE mailbox = :mailbox", mailbox=mailbox)[0].id)


def come_in(client: FlaskClient, mailbox: str = "ada@shop.example", password: str = PASSWORD, target: str = ""):
    return send(client, DOOR, {"mailbox": mailbox, "password": password, "target": target}, seen=DOOR)


def give_code(client: FlaskClient, clock: Clock):
    return send(client, STEP, {"factor_code": code_by(clock)}, seen=STEP)


@pytest.mark.parametrize(
    ("role", "target", "landing"),
    [
        (Role.AGENT, "", "/staff/"),
        (Role.FINANCE, "", "/finance/"),
        (Role.AGENT, "/staff/claims/CLM-7QA4K3H", "/staff/claims/CLM-7QA4K3H"),
        (Role.AGENT, "//evil.example", "/staff/"),
    ],
)
def test_password_and_code_let_staff_in(
    app: Flask, client: FlaskClient, clock: Clock, role: Role, target: str, landing: str
):
    hire(app, role)

    step = come_in(client, target=target)
    answer = give_code(client, clock)

    assert (step.status_code, step.location) == (303, STEP)
    assert (answer.status_code, answer.location) == (303, landing)


def test_every_wrong_pair_gets_the_same_answer(app: Flask, client: FlaskClient):
    hire(app)
    hire(app, Role.ADMIN, "goro@shop.example")
    hire(app, mailbox="gone@shop.example")
    deactivate_staff(toolkit_of(app), mailbox="gone@shop.example")

    answers = [
        come_in(client, password="another sentence"),
        come_in(client, mailbox="nobody@shop.example"),
        come_in(client, mailbox="gone@shop.example"),
        come_in(client, mailbox="no mailbox at all"),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert all("do not go together" in answer.text for answer in answers)
    assert rows(app, "SELECT 1 FROM web_sessions") == []


@pytest.mark.proves("P8")
def test_a_password_never_comes_back_in_a_page(app: Flask, client: FlaskClient):
    answer = come_in(client, password="canary sentence here")

    assert "canary" not in answer.text
    assert 'value="ada@shop.example"' in answer.text


@pytest.mark.proves("F12")
def test_guessing_has_to_wait(app: Flask, client: FlaskClient, clock: Clock):
    hire(app)
    for _ in range(PER_MAILBOX.most):
        come_in(client, password="another sentence")

    waits = come_in(client)
    clock.pass_(minutes=16)

    assert waits.status_code == 429
    assert come_in(client).status_code == 303


@pytest.mark.proves("P4")
def test_a_closed_account_is_out_at_once(app: Flask, client: FlaskClient):
    hire(app)
    hire(app, Role.ADMIN, "goro@shop.example")
    come_in(client)
    token = client.get_cookie(COOKIES["staff"])

    ended = deactivate_staff(toolkit_of(app), mailbox="ada@shop.example")

    assert token is not None
    assert ended == 1
    assert rows(app, "SELECT 1 FROM web_sessions") == []


@pytest.mark.proves("bug 54", "P4")
def test_another_password_puts_out_whoever_came_in_with_the_old_one(app: Flask, client: FlaskClient, clock: Clock):
    hire(app)
    come_in(client)
    give_code(client, clock)
    old = client.get_cookie(COOKIES["staff"])
    assert client.get("/staff/").status_code == 200

    ended = change_password(toolkit_of(app), mailbox="ada@shop.example", password="a sentence that is new")

    assert old is not None
    assert ended == 1
    client.set_cookie(COOKIES["staff"], old.value)
    assert client.get("/staff/").status_code == 401
    assert come_in(client).status_code == 422
    assert come_in(client, password="a sentence that is new").status_code == 303


def test_staff_who_leave_are_out(app: Flask, client: FlaskClient):
    sign_in_staff(client, Role.AGENT)

    answer = send(client, "/staff/sign-out", seen=DOOR)

    assert answer.location == DOOR
    assert rows(app, "SELECT 1 FROM web_sessions") == []


def test_a_staff_session_ends_after_a_quarter_of_an_hour(app: Flask, client: FlaskClient, clock: Clock):
    sign_in_staff(client, Role.AGENT)
    clock.pass_(minutes=16)

    client.get(DOOR)

    assert rows(app, "SELECT 1 FROM web_sessions WHERE expires_at > :now", now=clock()) == []
