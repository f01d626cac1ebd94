"""Amounts as staff type them, in currencies of every number of digits and in both languages (input 4 to 6, 12, 15)."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.builders import DELIVERED, a_line, a_payment
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_staff


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def desk(front: Front, currency: str, paid: int) -> tuple[Visitor, str]:
    """Let an agent in who may decide about a claim on an order of this currency that waits for a person."""
    lines = [a_line(title="Copper still", price=paid, shipping=0)]
    order = front.an_order(lines=lines, payments=[a_payment(paid)], currency=currency, parcels={"1": DELIVERED})
    ref = front.a_claim(order, Problem.OTHER, words="It is not what I hoped for.")
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT, limits={currency: 10 * paid})
    return visitor, ref


def approve(visitor: Visitor, ref: str, amount: str, *, status: int = 200) -> Page:
    """Ask for the mail of an approval of money back alone."""
    page = visitor.get(f"/staff/claims/{ref}")
    form = next(form for form in page.forms() if page.filled(form).get("act") == "approve")
    kept = {name: value for name, value in page.filled(form).items() if name in {"csrf_token", "act", "version", "key"}}
    typed = {"line": "1", "1-refund": "y", "1-refund-amount": amount, "reason": "My reason.", "seen": "0"}
    return visitor.post(f"/staff/claims/{ref}/preview", {**kept, **typed}, status=status)


def offered(front: Front) -> list[int]:
    return [row[0] for row in rows(front.app, "SELECT amount_minor FROM offers WHERE state = 'live'")]


@pytest.mark.proves("input 6", "M11", "bug 36")
@pytest.mark.parametrize(
    ("currency", "paid", "typed", "minor"),
    [("KWD", 20_000, "1.250", 1_250), ("KWD", 20_000, "20", 20_000), ("JPY", 20_000, "1,250", 1_250)],
)
def test_an_amount_has_the_digits_of_its_currency(front: Front, currency: str, paid: int, typed: str, minor: int):
    visitor, ref = desk(front, currency, paid)

    approve(visitor, ref, typed).submit("Approve and send")

    assert offered(front) == [minor]


@pytest.mark.proves("input 4", "input 5", "input 6", "input 15", "bug 36")
@pytest.mark.parametrize(
    ("currency", "typed"),
    [("JPY", "10.50"), ("JPY", "1.250"), ("JPY", "20001"), ("KWD", "1.2505"), ("KWD", "20.001"), ("BRL", "10.999")],
)
def test_more_digits_or_more_money_than_there_is_is_refused_and_kept(front: Front, currency: str, typed: str):
    visitor, ref = desk(front, currency, 20_000)

    page = approve(visitor, ref, typed, status=422)

    assert f'value="{typed}"' in page.answer.text
    assert "My reason." in page.answer.text
    assert offered(front) == []
    assert rows(front.app, "SELECT 1 FROM decisions") == []


@pytest.mark.proves("input 12")
@pytest.mark.parametrize(
    ("language", "typed", "minor"),
    [("en", "1,250.50", 125_050), ("pt_BR", "1.250,50", 125_050), ("pt_BR", "10,00", 1_000), ("en", "10.00", 1_000)],
)
def test_points_and_commas_are_read_by_the_language_of_the_page(front: Front, language: str, typed: str, minor: int):
    visitor, ref = desk(front, "BRL", 200_000)
    visitor.headers = {"Accept-Language": language.replace("_", "-")}

    shown = approve(visitor, ref, typed)
    button = {"en": "Approve and send", "pt_BR": "Aprovar e enviar"}[language]
    shown.submit(button)

    assert offered(front) == [minor]


@pytest.mark.proves("input 12")
@pytest.mark.parametrize(
    ("language", "typed"), [("en", "10,00"), ("en", "1.000,00"), ("pt_BR", "1,000.00"), ("pt_BR", "10.00")]
)
def test_signs_of_the_other_language_are_refused_and_never_a_hundredfold(front: Front, language: str, typed: str):
    visitor, ref = desk(front, "BRL", 200_000)
    visitor.headers = {"Accept-Language": language.replace("_", "-")}

    approve(visitor, ref, typed, status=422)

    assert offered(front) == []
