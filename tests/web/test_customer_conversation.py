"""Talking to a person: words are kept once and whole, questions are answered, and somebody is always there to ask."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.records import claims
from tests.support.builders import a_line, a_payment
from tests.support.customer_front import Front, reported
from tests.support.web import rows


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


@pytest.mark.proves("F8")
def test_words_reach_a_person_once_and_stand_on_the_page(front: Front):
    ref, page = reported(front)

    sent = [page.submit("Send", words="Where <b>is</b> it? {{ 7*7 }}") for _ in range(2)]

    assert "Your words are with us." in sent[0].text
    assert "Where <b>is</b> it? {{ 7*7 }}" in sent[1].text
    assert len(rows(front.app, "SELECT 1 FROM claim_messages")) == 1
    assert front.claim(ref).answer_by is not None


@pytest.mark.parametrize("words", ["", "   \r\n ", "w" * 4001])
def test_words_that_cannot_be_kept_are_asked_for_once_more(front: Front, words: str):
    _, page = reported(front)

    answer = page.submit("Send", words=words, status=422)

    assert words.strip() in answer.text
    assert rows(front.app, "SELECT 1 FROM claim_messages") == []


@pytest.mark.proves("input 40")
def test_every_box_for_words_tells_the_one_limit_and_takes_no_more(front: Front):
    _, page = reported(front)
    report = page.visitor.get(page.follow("Change what you told us").path)

    boxes = [box for shown in (page, report) for box in shown.document.iter("textarea")]

    assert len(boxes) > 2
    assert {box.get("maxlength") for box in boxes} == {"4000"}
    assert page.text.count("Up to 4000 characters.") == len(list(page.document.iter("textarea")))


@pytest.mark.proves("input 38")
def test_words_with_nul_are_refused_kindly_and_given_back_rel_38(front: Front):
    _, page = reported(front)

    answer = page.submit("Send", words="before\x00after", status=422)

    assert "beforeafter" in answer.text
    assert rows(front.app, "SELECT 1 FROM claim_messages") == []


@pytest.mark.proves("input 42", "input 44")
@pytest.mark.parametrize("words", ["😀 漢字 مرحبا", "a", "'; DROP TABLE claims; --", "100 % _sure_", "=1+1"])
def test_words_of_every_kind_are_kept_as_they_are_rel_42_44(front: Front, words: str):
    _, page = reported(front)

    assert words in page.submit("Send", words=words).text


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ("Ask a person", "asked_for_a_person"),
        ("Ask for this address", "address_changed"),
        ("Ask for a bank transfer", "no_payment_to_refund"),
    ],
)
def test_a_person_is_asked_with_the_reason(front: Front, button: str, reason: str):
    ref, page = reported(front, payments=[a_payment(3_000), a_payment(3_000, "boleto")])

    asked = page.submit(button, words="To my sister, please.")

    assert [line.reason for line in front.claim(ref).lines] == [reason]
    assert "A person answers you by " in asked.text
    assert "To my sister, please." in asked.text


def test_asking_a_person_without_words_keeps_the_offers(front: Front):
    ref, page = reported(front)

    answer = page.submit("Ask a person", words=" ", status=422)

    assert "Please write a few words" in answer.text
    assert front.claim(ref).state == "offered"


def test_a_question_from_us_is_answered_on_the_page(front: Front):
    ref, page = reported(front, lines=[a_line(price=400_000)])
    until = front.now() + timedelta(days=3)
    with front.toolkit.transaction() as session:
        claim = claims.hold(session, ref)
        claims.add_message(
            session, claim.id, "to_customer", "Which colour?", client_key="k", actor=Actor.staff(1), now=front.now()
        )
        session.execute(
            text("UPDATE claim_lines SET state = 'awaiting_customer', wait_until = :until"), {"until": until}
        )
        session.execute(text("UPDATE claims SET state = 'awaiting_customer'"))
    asked = page.visitor.get(page.path)

    refused = asked.submit("Send the answer", words="", status=422)
    answered = refused.submit("Send the answer", words="The blue one.")

    assert "Which colour?" in asked.text
    assert "The blue one." in answered.text
    assert front.claim(ref).state == "escalated"
