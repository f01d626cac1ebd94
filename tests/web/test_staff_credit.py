"""Store credit that was an error is taken back on a page of its own, by approvers alone."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.records import claims
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.issue_remedy_credit import issue_remedy_credit
from tests.support.builders import Shop
from tests.support.page import Visitor
from tests.support.web import rows, sign_in_staff, toolkit_of


@pytest.fixture
def granted(app: Flask) -> tuple[str, str]:
    """Give a claim whose credit was issued: its ref, and its remedy's."""
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    order = shop.an_order()
    ref = shop.a_claim(order, Problem.DAMAGED)
    with shop.toolkit.reading() as session:
        claim = claims.found(session, ref)
        assert claim is not None
        offers = [offer.ref for line in claim.lines for offer in line.offers if offer.kind == "store_credit"]
        acceptance = Acceptance(ref, tuple(offers), claim.version)
    accept_offers(shop.toolkit, customer_id=order.customer_id, acceptance=acceptance)
    remedy: str = rows(app, "SELECT ref FROM remedies")[0][0]
    issue_remedy_credit(shop.toolkit, remedy_ref=remedy)
    return ref, remedy


def visitor_of(app: Flask, role: Role) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role, limits={"BRL": 500_000})
    return visitor


def test_an_approver_takes_it_back_with_a_reason_and_words(app: Flask, granted: tuple[str, str]):
    ref, remedy = granted
    page = visitor_of(app, Role.APPROVER).get(f"/staff/claims/{ref}").follow("This credit was an error: take it back")

    refused = page.submit("Take it back and tell the customer", status=422)
    done = refused.submit("Take it back and tell the customer", reason="granted twice", words="It was granted twice.")

    assert "Please write a few words." in refused.text
    assert "Taken back." in done.text
    assert {row[0] for row in rows(app, "SELECT reason FROM credit_reversals")} == {"granted twice"}
    assert "All of it has been taken back." in page.visitor.get(f"/staff/claims/{ref}/credit/{remedy}").text


def test_an_agent_neither_sees_the_link_nor_the_page(app: Flask, granted: tuple[str, str]):
    ref, remedy = granted
    visitor = visitor_of(app, Role.AGENT)

    page = visitor.get(f"/staff/claims/{ref}")

    assert "This credit was an error" not in page.text
    visitor.get(f"/staff/claims/{ref}/credit/{remedy}", status=403)


def test_another_claims_remedy_is_not_found(app: Flask, granted: tuple[str, str]):
    _, remedy = granted

    visitor_of(app, Role.APPROVER).get(f"/staff/claims/CLM-NONE/credit/{remedy}", status=404)
