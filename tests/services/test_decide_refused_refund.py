"""A refund that the provider refused waits for a person, who says no or finds another way; the debt ends either way."""

import pytest

from portal.domain.decisions import LineApproval, terms_of
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refs import new_ref
from portal.services.decide_escalation import Approval, Refusal
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from tests.support.an_order import AnOrder
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


def do(shop: Shop, act: Act) -> None:
    person = a_staff_member(shop.toolkit, limits={"BRL": 500_000})
    digest = preview_letter(shop.toolkit, staff_id=person, act=act).digest
    send_answer(shop.toolkit, staff_id=person, act=act, digest=digest)


def ordered(shop: Shop) -> tuple[AnOrder, str]:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    return order, ref


def page(shop: Shop, ref: str) -> Page:
    return Page(ref, shop.claim(ref).version, new_ref("key", 12))


@pytest.mark.proves("bug 22")
def test_what_went_back_by_hand_already_is_declined_and_owed_no_longer(shop: Shop):
    order, ref = ordered(shop)
    shop.sandbox.dashboard_refund(order.payments[0])
    shop.work()
    assert shop.balance("owed_to_customers") == -5500

    reason, alternative = DeclineReason.ALREADY_REFUNDED, Alternative.TALK_TO_A_PERSON
    do(shop, Refusal(page(shop, ref), (1,), reason, alternative, "It is on your card."))

    assert shop.claim(ref).state == "declined"
    assert shop.balance("owed_to_customers") == 0
    assert shop.balance("remedy_cost") == 0
    assert shop.balance("stripe_balance") == -5500


@pytest.mark.proves("bug 20", "bug 27")
def test_what_was_refused_is_approved_another_way_and_paid_once(shop: Shop):
    order, ref = ordered(shop)
    shop.sandbox.fault("refused", path="/v1/refunds", code="balance_insufficient")
    shop.work()

    terms = terms_of(RemedyKind.STORE_CREDIT, Money(5500, "BRL"), Money(0, "BRL"))
    do(shop, Approval(page(shop, ref), (LineApproval(1, (terms,)),), "Refused.", ""))
    shop.accept(order, ref, "store_credit")
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("owed_to_customers") == 0
    assert shop.balance("store_credit_liability") == -5500
