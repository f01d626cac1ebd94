"""Amounts of partial remedies, end to end: offered, promised, failed and promised again, never above what was paid."""

from datetime import date
from typing import Any

import pytest

from portal.domain.entitlement import add_given, from_document, sum_of
from portal.domain.errors import OfferGone
from portal.domain.parts import Parts
from portal.domain.periods import Period
from portal.domain.problems import Problem
from portal.records import costs
from tests.support.shop import Shop

TWO = (("Kettle", "50.00", 1), ("Lamp", "30.00", 1))


def change(shop: Shop, query: str, **values: Any) -> None:
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql(query, values)


def given(shop: Shop) -> Parts:
    rows = shop.rows("SELECT credit_parts FROM remedies UNION ALL SELECT parts FROM refunds WHERE state <> 'failed'")
    return sum_of(add_given(from_document(row[0]) for row in rows))


@pytest.mark.proves("M9", "M10", "M16")
def test_a_refund_says_of_which_parts_it_is(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Kettle", "50.00", 1),), payments=(("card", "49.30"),))
    change(
        shop,
        "UPDATE order_lines SET discount_minor = 1000, tax_minor = 380, shipping_tax_minor = 50 WHERE id = %(line)s",
        line=order.line_ids[0],
    )

    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")

    assert given(shop) == Parts(goods=5000, discount=1000, tax=380, shipping=500, shipping_tax=50)
    assert shop.rows("SELECT dimensions ->> 'tax_minor' FROM journal_entries")[0][0] == "430"


def taxes_told(shop: Shop) -> int:
    """Add up the tax of what finance's file tells."""
    with shop.toolkit.reading() as session:
        return sum(
            total.tax.minor for total in costs.totals(session, Period(date(2026, 1, 1), date(2027, 1, 1))).overall
        )


@pytest.mark.proves("M9", "M17")
def test_a_price_that_includes_its_tax_gives_the_tax_back_with_it(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Kettle", "119.00", 1),), shipping="5.95", payments=(("card", "124.95"),))
    change(shop, "UPDATE order_lines SET tax_minor = 1900, shipping_tax_minor = 95, tax_included = true")

    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")

    assert given(shop) == Parts(goods=10000, tax=1900, shipping=500, shipping_tax=95)
    assert taxes_told(shop) == 1995


@pytest.mark.proves("M17")
def test_tax_that_did_not_get_back_is_booked_back_and_told_with_the_next_way(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Kettle", "50.00", 1),), payments=(("card", "58.00"),))
    change(shop, "UPDATE order_lines SET tax_minor = 300")
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    shop.work()
    promised = taxes_told(shop)
    (refund,) = shop.refunds()
    shop.sandbox.move_refund(refund.provider_ref, "failed")
    shop.hear_of(refund.provider_ref)
    shop.work()

    shop.accept(order, ref, "store_credit")
    shop.work()

    released = shop.rows("SELECT dimensions ->> 'tax_minor' FROM journal_entries WHERE occasion = 'remedy_released'")
    assert released == [("300",)]
    assert taxes_told(shop) == promised == given(shop).taxes == 300


@pytest.mark.proves("M10", "M12")
def test_what_a_card_and_a_credit_give_of_one_remedy_have_parts_of_their_own(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Kettle", "50.00", 1),), payments=(("card", "40.00"), ("voucher", "15.00")))

    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")

    (refund,) = shop.rows("SELECT amount_minor, parts FROM refunds")
    (remedy,) = shop.rows("SELECT credit_minor, credit_parts FROM remedies")
    assert sum_of(from_document(refund.parts)).total == refund.amount_minor == 4000
    assert sum_of(from_document(remedy.credit_parts)).total == remedy.credit_minor == 1500
    assert given(shop) == Parts(goods=5000, shipping=500)


@pytest.mark.proves("M1", "M10", "M16", "M17")
def test_lines_refunded_one_by_one_give_exactly_what_was_paid(shop: Shop) -> None:
    order = shop.lost_order(lines=TWO, payments=(("card", "90.01"),))

    for number in (2, 1):
        shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE, number), "refund")

    assert sum(row.amount_minor for row in shop.refunds()) == 9001
    assert given(shop) == Parts(goods=8000, goods_surplus=1, shipping=1000)


def test_interest_goes_back_with_the_units_in_proportion(shop: Shop) -> None:
    order = shop.lost_order(lines=TWO, payments=(("card", "99.00"),))
    change(shop, "UPDATE payments SET installments = 10")

    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE, 1), "refund")

    assert given(shop) == Parts(goods=5000, goods_surplus=500, shipping=500, shipping_surplus=50)


@pytest.mark.proves("M17")
def test_what_was_overpaid_goes_back_once_and_no_other_line_gives_it_again(shop: Shop) -> None:
    order = shop.order(lines=TWO, payments=(("card", "92.00"),))

    shop.accept(order, shop.report(order, Problem.CHARGED_WRONGLY, 1), "refund")
    ref = shop.report(order, Problem.DAMAGED, 2)

    assert given(shop).surplus == given(shop).total == 200
    (value,) = shop.rows(
        "SELECT facts -> 'line_value' ->> 'amount_minor' FROM claim_lines JOIN claims ON claims.id = claim_id"
        " WHERE claims.ref = :ref",
        ref=ref,
    )[0]
    (left,) = shop.rows(
        "SELECT (facts -> 'line_value' ->> 'amount_minor')::int - (facts -> 'given_back' ->> 'amount_minor')::int"
        " FROM claim_lines JOIN claims ON claims.id = claim_id WHERE claims.ref = :ref",
        ref=ref,
    )[0]
    assert int(value) >= left == 3500


def test_interest_is_no_wrong_charge_and_goes_back_with_a_cancelled_order(shop: Shop) -> None:
    order = shop.order(status="canceled", delivered=None, handed_over=None, payments=(("card", "60.00"),))
    change(shop, "UPDATE payments SET installments = 10")
    ref = shop.report(order, Problem.CHARGED_WRONGLY)

    shop.accept(order, ref, "refund")

    assert given(shop).total == 6000
    assert given(shop).surplus == 500


@pytest.mark.proves("M9", "bug 16")
def test_an_offer_that_was_paid_otherwise_meanwhile_is_gone(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    change(shop, "UPDATE payments SET amount_minor = amount_minor - 1")

    with pytest.raises(OfferGone):
        shop.accept(order, ref, "store_credit")

    assert shop.rows("SELECT count(*) FROM remedies")[0][0] == 0
