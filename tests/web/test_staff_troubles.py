"""What only a person can put right stands above the queue, in words, until somebody says that it is done."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.domain.troubles import TroubleKind
from portal.services.open_trouble import tell_of_trouble
from tests.support.builders import LATE, Shop
from tests.support.page import Visitor
from tests.support.web import rows, sign_in_staff, toolkit_of

STILL_OPEN = "SELECT count(*) FROM troubles WHERE closed_at IS NULL"


@pytest.fixture
def shop(app: Flask) -> Shop:
    made = Shop(toolkit_of(app))
    made.default_policy()
    return made


def visitor_of(app: Flask, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role, limits={"BRL": 500_000})
    return visitor


@pytest.mark.parametrize("kind", list(TroubleKind))
def test_every_kind_has_words_and_its_amount(app: Flask, kind: TroubleKind):
    tell_of_trouble(
        toolkit_of(app), kind, subject="RFD-1", reason="lost_or_stolen_card", amount_minor=5500, currency="BRL"
    )

    page = visitor_of(app).get("/staff/")

    assert "To put right" in page.text
    assert "RFD-1" in page.text
    assert "the card was reported lost or stolen" in page.text


def test_it_leads_to_its_claim_and_is_closed_by_a_button(app: Flask, shop: Shop):
    ref = shop.a_claim(shop.an_order(parcels={"1": LATE}), Problem.MISSING_PACKAGE)
    claim_id = rows(app, "SELECT id FROM claims")[0][0]
    tell_of_trouble(toolkit_of(app), TroubleKind.LATE_FAILURE, subject="RFD-1", claim_id=claim_id)
    visitor = visitor_of(app)

    page = visitor.get("/staff/")
    after = page.submit("It is put right")

    assert ref in page.text
    assert "To put right" not in after.text
    assert rows(app, STILL_OPEN) == [(0,)]
    assert rows(app, "SELECT closed_by LIKE 'staff:%' FROM troubles") == [(True,)]


@pytest.mark.proves("F6")
def test_the_same_trouble_is_told_once_while_it_is_open(app: Flask):
    new = [tell_of_trouble(toolkit_of(app), TroubleKind.PROVIDER_LOCKED, subject="refunds") for _ in range(3)]

    assert new == [True, False, False]
    assert rows(app, STILL_OPEN) == [(1,)]
