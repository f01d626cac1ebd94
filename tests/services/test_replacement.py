"""A replacement from the order at the warehouse to the doorstep, and when the warehouse says no."""

from datetime import date

import pytest

from portal.domain.problems import Problem
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.hear_event import hear_event
from tests.support.shop import AnOrder, Shop


def sent_again(shop: Shop) -> tuple[AnOrder, str, str]:
    order = shop.lost_order(unit_cost="20.00")
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "replacement")
    return order, ref, str(shop.rows("SELECT ref FROM replacements")[0][0])


def test_a_shipped_replacement_makes_the_claim_whole_and_is_booked_at_cost(shop: Shop) -> None:
    order, ref, parcel = sent_again(shop)
    shop.work()
    payload = {"ref": parcel, "state": "shipped", "carrier": "Correios", "tracking_number": "BR1", "arrives_on": None}

    for _ in range(2):
        hear_event(shop.toolkit, sender="warehouse", event_id="whe-1", kind="shipped", payload=payload)
    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert shop.letters(order)[-1] == "replacement_shipped"
    assert (shop.balance("inventory"), shop.balance("remedy_cost")) == (-2000, 2000)
    assert shop.balance("owed_to_customers") == 0


@pytest.mark.proves("F2")
def test_news_in_the_wrong_order_ends_in_the_same_place(shop: Shop) -> None:
    _, ref, parcel = sent_again(shop)
    news = ParcelNews("delivered", arrives_on=date(2026, 11, 25))

    follow_parcel(shop.toolkit, replacement_ref=parcel, news=news)
    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("shipped", tracking_number="BR1"))
    shop.work()

    assert shop.rows("SELECT state FROM replacements")[0][0] == "delivered"
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("M8")
def test_when_the_warehouse_says_no_the_customer_chooses_again_and_nothing_is_paid_twice(shop: Shop) -> None:
    order, ref, parcel = sent_again(shop)

    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("refused", reason="out_of_stock"))
    claim = shop.claim(ref)
    assert claim.state == "offered"
    assert {offer.kind for offer in claim.lines[0].offers if offer.state == "live"} == {"refund", "store_credit"}
    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.refunds()[0].amount_minor == 5500
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("owed_to_customers") == 0
    assert shop.balance("remedy_cost") == 5500


@pytest.mark.proves("F9")
def test_a_refused_parcel_that_is_sent_all_the_same_is_a_persons_to_settle_and_told_once(shop: Shop) -> None:
    order, ref, parcel = sent_again(shop)
    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("refused", reason="out_of_stock"))
    shop.accept(order, ref, "refund")
    shop.work()

    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("accepted"))
    quiet = shop.rows("SELECT count(*) FROM troubles")
    for news in (ParcelNews("shipped", carrier="Correios", tracking_number="BR1"), ParcelNews("delivered")):
        follow_parcel(shop.toolkit, replacement_ref=parcel, news=news)

    assert quiet == [(0,)]
    told = shop.rows("SELECT kind, subject, claim_id, detail ->> 'state' FROM troubles")
    assert told == [("sent_after_refusal", parcel, shop.claim(ref).id, "shipped")]
    assert (shop.claim(ref).state, shop.balance("inventory")) == ("made_whole", 0)


@pytest.mark.proves("M8", "M9")
def test_of_an_amount_that_shrank_only_its_share_of_the_bonus_is_offered(shop: Shop) -> None:
    order, ref, parcel = sent_again(shop)
    earlier = next(offer for offer in shop.claim(ref).lines[0].offers if offer.kind == "store_credit")
    made = shop.sandbox.dashboard_refund(order.payments[0], earlier.amount_minor - 1_000)
    shop.hear_of(made)
    shop.work()

    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("refused", reason="out_of_stock"))

    live = [offer for offer in shop.claim(ref).lines[0].offers if offer.state == "live"]
    (credit,) = [offer for offer in live if offer.kind == "store_credit"]
    assert earlier.bonus_minor > 0
    assert credit.amount_minor == 1_000
    assert abs(credit.bonus_minor * earlier.amount_minor - earlier.bonus_minor * 1_000) < earlier.amount_minor


def test_a_parcel_that_nobody_knows_is_noted_and_left(shop: Shop) -> None:
    payload = {"ref": "RPL-NOBODY", "state": "shipped"}

    hear_event(shop.toolkit, sender="warehouse", event_id="whe-2", kind="shipped", payload=payload)
    shop.work()

    assert shop.rows("SELECT outcome FROM incoming_events")[0][0] == "a parcel that is not ours"
