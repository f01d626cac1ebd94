"""Holds that nobody comes back for, captures that come late, and credit that ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.domain.credit import HoldSettled, HoldState, Origin, ShortOfCredit
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.expire_lots import expire_lots
from tests.support.credit_shop import NOON, CreditShop, key, shop

__all__ = ["key", "shop"]


@pytest.mark.proves("bug 44")
def test_a_hold_that_is_forgotten_is_free_after_half_an_hour_and_marked_by_the_sweep(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 10_000)
    shop.wait(minutes=29, seconds=59)
    assert (expire_credit_holds(shop.toolkit), shop.free(customer)) == (0, 0)
    shop.wait(seconds=1)

    assert shop.free(customer) == 10_000
    assert shop.show(key, hold.ref).state is HoldState.EXPIRED
    assert (expire_credit_holds(shop.toolkit), expire_credit_holds(shop.toolkit)) == (1, 0)
    assert shop.hold(key, code, 10_000).state is HoldState.HELD


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_capture_is_taken_while_the_credit_is_free(shop: CreditShop, key: int, *, swept: bool):
    _, code = shop.with_credit()
    hold = shop.hold(key, code, 10_000)
    shop.wait(hours=2)
    if swept:
        expire_credit_holds(shop.toolkit)

    assert shop.capture(key, hold.ref).captured.minor == 10_000


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_capture_is_refused_once_the_credit_is_somebody_elses(shop: CreditShop, key: int, *, swept: bool):
    _, code = shop.with_credit()
    late = shop.hold(key, code, 6_000)
    shop.wait(hours=2)
    if swept:
        expire_credit_holds(shop.toolkit)
    second = shop.hold(key, code, 6_000)

    with pytest.raises(ShortOfCredit) as short:
        shop.capture(key, late.ref)
    assert short.value.available.minor == 4_000
    assert shop.capture(key, second.ref).captured.minor == 6_000


def test_an_expired_hold_that_was_released_is_not_captured(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    hold = shop.hold(key, code, 6_000)
    shop.wait(hours=2)
    expire_credit_holds(shop.toolkit)

    assert shop.release(key, hold.ref).state is HoldState.RELEASED
    with pytest.raises(HoldSettled):
        shop.capture(key, hold.ref)


@pytest.mark.proves("fault 54", "L6")
def test_credit_that_ends_while_it_is_held_is_still_taken_and_the_rest_ends(shop: CreditShop, key: int):
    customer = shop.customer()
    lot = shop.grant(customer, 5_000, expires_at=NOON + timedelta(minutes=10))
    hold = shop.hold(key, shop.code(customer), 3_000)
    shop.wait(minutes=29)
    assert (shop.free(customer), expire_lots(shop.toolkit)) == (0, 0)

    taken = shop.capture(key, hold.ref)

    assert taken.captured.minor == 3_000
    assert expire_lots(shop.toolkit) == 1
    assert shop.booked("breakage") == {lot.lot_ref: -2_000}


@pytest.mark.proves("L6")
def test_a_hold_made_after_the_end_of_a_lot_has_none_of_it(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 5_000, expires_at=NOON + timedelta(minutes=10))
    hold = shop.hold(key, shop.code(customer), 5_000)
    shop.wait(minutes=10)

    with pytest.raises(ShortOfCredit):
        shop.hold(key, shop.code(customer), 1)
    shop.wait(minutes=20)
    with pytest.raises(ShortOfCredit):
        shop.capture(key, hold.ref)


@pytest.mark.proves("L6")
def test_what_is_left_of_a_lot_is_booked_once_when_it_is_over(shop: CreditShop, key: int):
    customer = shop.customer()
    lot = shop.grant(customer, 5_000, expires_at=NOON + timedelta(days=1))
    never = shop.grant(customer, 100)
    shop.capture(key, shop.hold(key, shop.code(customer), 1_500).ref)
    shop.wait(hours=23)
    assert expire_lots(shop.toolkit) == 0
    shop.wait(hours=1)

    with ThreadPoolExecutor(6) as sweeps:
        ended = list(sweeps.map(lambda _: expire_lots(shop.toolkit), range(6)))

    assert sum(ended) == 1
    assert shop.booked("breakage") == {lot.lot_ref: -3_500}
    assert shop.booked("store_credit_liability")[never.lot_ref] == -100
    assert shop.one("SELECT sum(amount_minor) FROM journal_postings WHERE account = 'store_credit_liability'") == -100


def test_a_lot_that_was_spent_ends_without_an_entry(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 500, expires_at=NOON + timedelta(days=1))
    shop.capture(key, shop.hold(key, shop.code(customer), 500).ref)
    shop.wait(days=2)

    assert (expire_lots(shop.toolkit), expire_lots(shop.toolkit)) == (1, 0)
    assert shop.booked("breakage") == {}


def test_a_rest_that_is_not_ours_to_keep_is_booked_as_unclaimed(shop: CreditShop):
    customer, ends = shop.customer(), NOON + timedelta(days=1)
    paid = shop.grant(customer, 700, source="RMD-1", jurisdiction="US", expires_at=ends)
    gift = shop.grant(customer, 70, source="RMD-1", jurisdiction="US", origin=Origin.GOODWILL, expires_at=ends)
    shop.wait(days=1)

    assert expire_lots(shop.toolkit) == 2
    assert shop.booked("unclaimed_property") == {paid.lot_ref: -700}
    assert shop.booked("breakage") == {gift.lot_ref: -70}


@pytest.mark.proves("fault 48", "L6")
def test_a_clock_that_is_set_back_ends_nothing_twice_and_lets_nothing_be_spent_twice(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 5_000, expires_at=NOON + timedelta(hours=1))
    hold = shop.hold(key, shop.code(customer), 1_000)
    shop.wait(hours=2)
    assert expire_lots(shop.toolkit) == 1
    shop.wait(hours=-3)

    assert (expire_lots(shop.toolkit), shop.free(customer)) == (0, 0)
    with pytest.raises(ShortOfCredit):
        shop.capture(key, hold.ref)
    shop.wait(hours=3)


@pytest.mark.proves("L5")
def test_the_soonest_expiry_is_spent_first_over_several_lots(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 3_000)
    shop.grant(customer, 3_000, expires_at=NOON + timedelta(days=9))
    shop.grant(customer, 3_000, expires_at=NOON + timedelta(days=2))
    hold = shop.hold(key, shop.code(customer), 7_000)

    shop.capture(key, hold.ref)

    (statement,) = shop.statements(customer)
    left = {lot.expires_at: lot.left.minor for lot in statement.lots}
    assert left == {NOON + timedelta(days=2): 0, NOON + timedelta(days=9): 0, None: 2_000}
