"""Carts out of the ordinary: what goes back of them is within what was paid, as the check after each test says."""

import pytest

from portal.domain.authority import Role
from portal.domain.decisions import LineApproval, terms_of
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.decide_escalation import Approval
from portal.services.open_claim import Page
from portal.services.preview_letter import preview_letter, send_answer
from tests.support.an_order import Beside
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


@pytest.mark.proves("M8", "M9")
def test_a_discount_that_takes_off_shipping_takes_nothing_off_another_line(shop: Shop):
    free = Beside(discount=3_500)
    order = shop.lost_order(lines=(("Gift", "30.00", 1), ("Kettle", "50.00", 1)), beside=(free, Beside()))
    ref = shop.report(order, Problem.MISSING_PACKAGE, 2)

    shop.accept(order, ref, "refund")

    assert [refund.amount_minor for refund in shop.refunds()] == [5_500]


@pytest.mark.proves("M8", "M9", "M17")
def test_what_was_overpaid_goes_back_beside_goods_that_are_sent_again(shop: Shop):
    order = shop.order(lines=(("Kettle", "50.00", 1), ("Cup", "1.00", 1)), shipping="0", payments=(("card", "61.00"),))
    broken = shop.report(order, Problem.MISSING_LINE, 1)
    shop.accept(order, broken, "replacement")
    charged = shop.report(order, Problem.CHARGED_WRONGLY, 2)

    shop.accept(order, charged, "refund")

    assert [refund.amount_minor for refund in shop.refunds()] == [1_000]


@pytest.mark.proves("M11", "M12", "bug 36")
def test_dinars_go_to_a_card_in_tens_and_the_rest_as_credit(shop: Shop):
    order = shop.order(lines=(("Cup", "3.333", 3),), shipping="0", currency="KWD", payments=(("card", "10.000"),))
    ref = shop.report(order, Problem.DAMAGED)
    terms = terms_of(RemedyKind.REFUND, Money(3_333, "KWD"), Money(0, "KWD"))
    act = Approval(Page(ref, shop.claim(ref).version, "page"), (LineApproval(1, (terms,)),), "Clear.", "")
    person = a_staff_member(shop.toolkit, "", Role.AGENT, {"KWD": 10_000})
    shown = preview_letter(shop.toolkit, staff_id=person, act=act)
    send_answer(shop.toolkit, staff_id=person, act=act, digest=shown.digest)

    shop.accept(order, ref, "refund")
    shop.work()

    assert [(refund.amount_minor, refund.state) for refund in shop.refunds()] == [(3_330, "succeeded")]
    assert shop.rows("SELECT credit_minor FROM remedies")[0][0] == 3
