"""Problems told about orders in every odd state: never more back than was paid, and never an error (input 35, 36)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from tests.support.builders import LATE, ParcelMade, a_line, a_payment
from tests.support.customer_front import Front, fields, reported, token_of
from tests.support.web import rows

_DAY = 1.0
_SECOND = _DAY / 86_400
UNPAID: list[dict[str, Any]] = [{"payments": []}, {"payments": [a_payment(6_000, captured=False)]}]


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def told(front: Front, problem: str, **order: Any) -> tuple[str, list[tuple[str, int]]]:
    """Report the first line of an order through its page; give the claim's state and what is offered."""
    made = front.an_order(**order)
    page = front.owner(made).get(f"/orders/{made.number}/report")
    landed = page.submit("Tell us", words="See for yourself.", **fields({"line_1-problem": problem}))
    claim = front.claim(landed.path.rpartition("/")[2])
    live = [offer for line in claim.lines for offer in line.offers if offer.state == "live"]
    return str(claim.state), sorted((offer.kind, offer.amount_minor) for offer in live)


@pytest.mark.proves("input 36", "bug 21")
@pytest.mark.parametrize("order", UNPAID)
@pytest.mark.parametrize(
    "problem", ["missing_package", "damaged", "not_as_described", "late", "charged_wrongly", "other"]
)
def test_an_order_that_nobody_paid_gives_no_money_and_no_credit_back(front: Front, problem: str, order: dict[str, Any]):
    _, offered = told(front, problem, **order)

    assert {kind for kind, _ in offered} <= {RemedyKind.REPLACEMENT.value}
    assert all(amount == 0 for _, amount in offered)
    assert rows(front.app, "SELECT 1 FROM refunds UNION ALL SELECT 1 FROM credit_lots") == []


@pytest.mark.proves("input 36")
def test_a_cancelled_order_gives_back_what_was_paid_for_it_and_no_goods(front: Front):
    _, offered = told(front, "charged_wrongly", status="canceled", parcels={"1": ParcelMade(None, None, None)})

    assert offered == [("refund", 6_000), ("store_credit", 6_000)]


@pytest.mark.proves("input 36", "bug 16", "bug 22")
def test_an_order_that_was_given_back_whole_gives_nothing_more(front: Front):
    order = front.an_order(lines=[a_line(), a_line(title="Cups")], parcels={"1": LATE}, status="shipped")
    front.take(front.a_claim(order, Problem.MISSING_PACKAGE, lines=(1, 2)), RemedyKind.REFUND)
    owner = front.owner(order)

    page = owner.get(f"/orders/{order.number}/report")
    sent = owner.post(page.path, {**token_of(owner), "line_1-chosen": "y", "line_1-problem": "late"}, status=422)

    assert "line_1-chosen" not in page.answer.text
    assert rows(front.app, "SELECT sum(amount_minor) FROM refunds")[0][0] == 12_000
    assert sent.answer.status_code == 422


@pytest.mark.proves("input 36", "M13")
@pytest.mark.parametrize("state", ["needs_response", "under_review", "lost"])
@pytest.mark.parametrize("problem", ["missing_package", "charged_wrongly"])
def test_a_payment_that_the_bank_disputes_gives_no_money_back_to_its_card(front: Front, problem: str, state: str):
    made = front.an_order(parcels={"1": LATE}, status="shipped")
    with front.toolkit.transaction() as session:
        session.execute(text(_DISPUTED), {"state": state})
    page = front.owner(made).get(f"/orders/{made.number}/report")

    landed = page.submit("Tell us", **fields({"line_1-problem": problem}))

    claim = front.claim(landed.path.rpartition("/")[2])
    offered = {offer.kind for line in claim.lines for offer in line.offers if offer.state == "live"}
    assert claim.state == {"missing_package": "offered", "charged_wrongly": "declined"}[problem]
    assert RemedyKind.REFUND.value not in offered
    assert rows(front.app, "SELECT 1 FROM refunds") == []


def test_a_card_that_the_bank_takes_from_us_after_the_offer_is_named_as_why_it_comes_as_credit(front: Front):
    _, page = reported(front)
    assert "to your Visa card ending 1995" in page.text

    with front.toolkit.transaction() as session:
        session.execute(text(_DISPUTED), {"state": "needs_response"})

    later = page.visitor.get(page.path)
    assert "as store credit, usable at once, because nothing more can go back to your card" in later.text
    assert "to your Visa card ending 1995" not in later.text


@pytest.mark.proves("input 36", "M2", "M13")
@pytest.mark.parametrize("state", ["needs_response", "lost"])
@pytest.mark.parametrize("pressed", ["R$60.00 back", "store credit"])
def test_what_was_offered_on_a_card_that_the_bank_takes_from_us_since_is_paid_no_second_time_and_a_person_answers(
    front: Front, pressed: str, state: str
):
    ref, page = reported(front)
    kind = {"R$60.00 back": "refund", "store credit": "store_credit"}[pressed]
    offer = next(offer for line in front.claim(ref).lines for offer in line.offers if offer.kind == kind)
    with front.toolkit.transaction() as session:
        session.execute(text(_DISPUTED), {"state": state})
    data = {**token_of(page.visitor), "version": str(front.claim(ref).version), "line_1": offer.ref, "street": ""}

    answer = page.visitor.client.post(f"/claims/{ref}/accept", data=data)

    assert answer.status_code == 409
    assert "What you chose cannot be taken any more." in answer.text
    assert "With a person" in answer.text
    claim = front.claim(ref)
    assert (claim.state, claim.answer_by is not None) == ("escalated", True)
    assert claim.lines[0].reason == "offer_changed"
    given = "SELECT ref FROM remedies UNION ALL SELECT ref FROM refunds UNION ALL SELECT source FROM credit_lots"
    assert rows(front.app, given) == []
    assert rows(front.app, "SELECT template FROM letters ORDER BY id DESC LIMIT 1") == [("escalated",)]
    assert page.visitor.client.post(f"/claims/{ref}/accept", data=data).status_code == 409


_DISPUTED = """
    INSERT INTO disputes (ref, payment_id, provider_ref, state, amount_minor, currency, opened_at, read_at)
    SELECT 'DSP-ACDEFGHJKM', id, 'dp_1', :state, amount_minor, currency, now(), now() FROM payments
"""


@pytest.mark.proves("input 36")
@pytest.mark.parametrize(
    ("days", "offered"),
    [(91 * _DAY - 90 * _SECOND, ("refund", 6_000)), (91 * _DAY + _SECOND, ("store_credit", 2_500))],
)
def test_a_second_after_its_time_an_offer_is_another_one(front: Front, days: float, offered: tuple[str, int]):
    parcel = ParcelMade(handed_over=-days - 5, promised=-days, delivered=-days)

    _, found = told(front, "damaged", parcels={"1": parcel}, placed_days_ago=days + 7)

    assert offered in found
    assert (("refund", 6_000) in found) == (offered[0] == "refund")


@pytest.mark.proves("input 36")
@pytest.mark.parametrize("delivered", [None, 8])
def test_an_order_of_the_future_has_nothing_that_could_be_broken_yet(front: Front, delivered: int | None):
    parcel = {"1": ParcelMade(handed_over=4, promised=10, delivered=delivered)}
    made = front.an_order(placed_days_ago=-3, parcels=parcel)
    page = front.owner(made).get(f"/orders/{made.number}/report")

    page.submit("Tell us", status=422, **fields({"line_1-problem": "damaged"}))

    state, offered = told(front, "late", placed_days_ago=-3, parcels=parcel)
    assert (state, offered) == ("waiting", [])


STEPS: dict[str, dict[str, str]] = {
    "accept": {"line_1": "", "street": ""},
    "withdraw": {},
    "correct": {"line_1-chosen": "y", "line_1-problem": "missing_package", "line_1-quantity": "1", "words": ""},
    "ask-person": {"words": "A person, please."},
    "ask-again": {"words": "See it again."},
    "answer": {"words": "The lid."},
}


@pytest.mark.proves("input 35")
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("taken", [True, False])
def test_a_step_out_of_order_shows_how_it_stands_and_moves_nothing(front: Front, step: str, *, taken: bool):
    order = front.an_order(parcels={"1": LATE}, status="shipped", lines=[a_line(price=5_000 if taken else 900_000)])
    ref = front.a_claim(order, Problem.MISSING_PACKAGE)
    offers = [offer for offer in front.claim(ref).lines[0].offers if offer.kind == "store_credit"]
    if taken:
        front.take(ref, RemedyKind.REFUND)
    owner, before = front.owner(order), moved(front)
    data = {**token_of(owner), **STEPS[step], "version": str(front.claim(ref).version)}
    if step == "accept":
        data["line_1"] = offers[0].ref if taken else "OFR-ACDEFGHJKM"
    allowed = not taken and step in {"withdraw", "correct", "ask-person"}

    answer = owner.client.post(f"/claims/{ref}/{step}", data=data)

    assert answer.status_code in {303, 404, 409, 410, 422}
    if not allowed:
        assert moved(front) == before


def moved(front: Front) -> list[Any]:
    asked = """
        SELECT (SELECT json_agg(json_build_object('s', state) ORDER BY id) FROM claim_lines)::text,
        (SELECT count(*) FROM claims), (SELECT count(*) FROM remedies), (SELECT count(*) FROM offers)
    """
    return rows(front.app, asked)
