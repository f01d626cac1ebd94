"""What becomes of parcels that cannot be judged as they are told of: by something in one of them, or by all of us."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from portal.domain.outreach import OutreachMove
from portal.services.tell_first import NoneJudged, tell_first
from tests.support.reaching import change, drawn, ends, just_before, move, sweep
from tests.support.shop import Shop

_CURRENCY = "UPDATE orders SET currency = :c WHERE id = :id"


def troubles(shop: Shop) -> list[tuple[str, str]]:
    return [(row.kind, row.subject) for row in shop.rows("SELECT kind, subject FROM troubles ORDER BY id")]


def test_a_letter_tells_of_twenty_parcels_and_one_that_cannot_be_judged_keeps_no_other(shop: Shop) -> None:
    first = shop.lost_order()
    orders = [first, *(shop.lost_order(customer=first) for _ in range(20))]
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    change(shop, _CURRENCY, c="brl", id=orders[1].order_id)
    tell_first(shop.toolkit, outreach_ref=ref, customer_id=first.customer_id)
    one_letter = dict(ends(shop, ref))
    sweep(shop, ref)
    change(shop, _CURRENCY, c="BRL", id=orders[1].order_id)

    assert one_letter == {"told": 19, "unjudged": 1, "waiting": 1}
    assert dict(ends(shop, ref)) == {"told": 20, "unjudged": 1}
    assert shop.letters(first) == ["told_first"] * 2
    assert troubles(shop) == [("parcel_unjudged", ref)]


def test_whoever_none_of_whose_parcels_could_be_judged_is_told_once_they_can_be(shop: Shop) -> None:
    first = shop.lost_order()
    second = shop.lost_order(customer=first)
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)
    for order in (first, second):
        change(shop, _CURRENCY, c="brl", id=order.order_id)

    for _ in range(2):
        with pytest.raises(NoneJudged):
            tell_first(shop.toolkit, outreach_ref=ref, customer_id=first.customer_id)
    waits, told = dict(ends(shop, ref)), troubles(shop)
    for order in (first, second):
        change(shop, _CURRENCY, c="BRL", id=order.order_id)
    sweep(shop, ref)

    assert waits == {"waiting": 2}
    assert told == [("parcel_unjudged", ref)]
    assert dict(ends(shop, ref)) == {"told": 2}


def test_what_the_database_cannot_do_now_leaves_nobody_out(shop: Shop, shop_engine: Engine) -> None:
    first = shop.lost_order()
    shop.lost_order(customer=first)
    ref = drawn(shop)
    move(shop, ref, OutreachMove.START)

    def fail() -> None:
        raise PoolTimeoutError

    with just_before(shop_engine, "SELECT EXISTS (SELECT FROM outreach_targets", fail), pytest.raises(PoolTimeoutError):
        tell_first(shop.toolkit, outreach_ref=ref, customer_id=first.customer_id)
    waits = dict(ends(shop, ref))
    sweep(shop, ref)

    assert waits == {"waiting": 2}
    assert dict(ends(shop, ref)) == {"told": 2}
