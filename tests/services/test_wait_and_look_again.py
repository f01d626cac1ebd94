"""Waits with a date, what happens on it, and offers that run out."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain.problems import Problem
from portal.services.look_again import due_claims, look_again
from tests.support.shop import Shop


def on_the_way(shop: Shop):
    return shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)


@pytest.mark.proves("F7")
def test_a_parcel_that_is_not_due_yet_waits_until_a_stated_date(shop: Shop) -> None:
    order = on_the_way(shop)

    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()

    claim = shop.claim(ref)
    assert claim.state == "waiting"
    assert claim.lines[0].wait_until == shop.looks_again_at(ref) > shop.now()
    assert shop.letters(order) == ["waiting"]


@pytest.mark.proves("F7")
def test_on_its_date_a_waiting_claim_gets_its_offers_and_a_letter(shop: Shop) -> None:
    order = on_the_way(shop)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    assert due_claims(shop.toolkit) == []

    shop.clock[0] = shop.looks_again_at(ref)
    assert due_claims(shop.toolkit) == [ref]
    look_again(shop.toolkit, claim_ref=ref)
    look_again(shop.toolkit, claim_ref=ref)
    shop.work()

    claim = shop.claim(ref)
    assert claim.state == "offered"
    assert {offer.kind for offer in claim.lines[0].offers if offer.state == "live"} >= {"refund", "replacement"}
    assert shop.letters(order)[-1] == "apology_with_offers"


def test_a_parcel_that_came_just_before_its_date_goes_to_a_person_and_the_letter_says_so(shop: Shop) -> None:
    order = on_the_way(shop)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.work()
    shop.clock[0] = shop.looks_again_at(ref)
    with shop.toolkit.transaction() as session:
        arrived = {"at": shop.now() - timedelta(hours=3), "order": order.order_id}
        session.execute(text("UPDATE shipments SET delivered_at = :at WHERE order_id = :order"), arrived)

    look_again(shop.toolkit, claim_ref=ref)
    shop.work()

    # Policy would wait another day for a parcel that was just scanned; we wait once.
    [line] = shop.claim(ref).lines
    assert (line.state, line.reason) == ("escalated", "no_rule")
    assert shop.letters(order)[-1] == "escalated"
    assert shop.failed_jobs() == []


def test_an_offer_that_ran_out_is_made_again(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    first = [offer.ref for offer in shop.claim(ref).lines[0].offers]

    shop.clock[0] = shop.looks_again_at(ref)
    look_again(shop.toolkit, claim_ref=ref)

    offers = shop.claim(ref).lines[0].offers
    assert {offer.state for offer in offers if offer.ref in first} == {"expired"}
    assert [offer.state for offer in offers if offer.ref not in first] == ["live"] * 3
    assert shop.looks_again_at(ref) > shop.now()
