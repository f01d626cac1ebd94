"""What staff see of the mails of a claim: what left, what a later one made needless, and what never arrived."""

import json

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.builders import Shop, a_line
from tests.support.page import Visitor
from tests.support.web import sign_in_staff, toolkit_of

_HAS_COME_TO = (
    "UPDATE letters SET state = :state, title = :title, body = :body, context = context || cast(:more AS jsonb)"
    " WHERE id = (SELECT max(id) FROM letters)"
)
_A_LATER_ONE = (
    "INSERT INTO letters (ref, claim_id, recipient, template, subject_ref, locale, context, title, body, state)"
    " SELECT 'LET-LATER', claim_id, recipient, 'approved', subject_ref, locale, '{}', 'Yes', 'Yes.', 'sent'"
    " FROM letters WHERE id = (SELECT max(id) FROM letters)"
)


@pytest.fixture
def ref(app: Flask) -> str:
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    return shop.a_claim(shop.an_order(lines=[a_line(price=190_000, shipping=10_000)]), Problem.DAMAGED)


@pytest.fixture
def agent(app: Flask) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, Role.AGENT)
    return visitor


def letter_is(app: Flask, state: str, title: str | None = None, **more: str) -> None:
    """Let the newest letter have come to a state, as the worker leaves it."""
    with toolkit_of(app).transaction() as session:
        values = {"state": state, "title": title, "body": title and "Its words.", "more": json.dumps(more)}
        session.execute(text(_HAS_COME_TO), values)


@pytest.mark.proves("fault 47")
def test_a_mail_that_did_not_arrive_is_told_with_what_to_do(app: Flask, ref: str, agent: Visitor) -> None:
    before = agent.get(f"/staff/claims/{ref}")
    letter_is(app, "undeliverable", "We are sorry", undeliverable="552 <mailbox> full")

    page = agent.get(f"/staff/claims/{ref}")

    assert "did not reach the customer" not in before.text
    assert "The mail “We are sorry” of" in page.text
    assert "Please reach them another way" in page.text
    assert "Their mail server said: 552 <mailbox> full" in page.text
    assert "could not be delivered" in page.text


def test_a_mail_that_did_not_arrive_is_told_no_more_once_a_later_one_did(app: Flask, ref: str, agent: Visitor) -> None:
    letter_is(app, "undeliverable", "We are sorry", undeliverable="552 mailbox full")
    with toolkit_of(app).transaction() as session:
        session.execute(text(_A_LATER_ONE))

    page = agent.get(f"/staff/claims/{ref}")

    assert "did not reach the customer" not in page.text


def test_a_mail_that_a_later_one_made_needless_says_so(app: Flask, ref: str, agent: Visitor) -> None:
    waits = agent.get(f"/staff/claims/{ref}")
    letter_is(app, "overtaken")

    page = agent.get(f"/staff/claims/{ref}")

    assert "Its words are written when it leaves." in waits.text
    assert "left out, a later one says it" in page.text
    assert "It never left: a later mail says how things stand." in page.text
