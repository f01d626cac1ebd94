"""Holds that nobody comes back for, captures that come late, and credit that ends."""

from datetime import timedelta

import pytest

from portal.domain.credit import HoldSettled, HoldState, ShortOfCredit
from portal.services.expire_credit_holds import expire_credit_holds
from tests.support.credit_shop import NOON, CreditShop, key, shop

__all__ = ["key", "shop"]


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


def test_a_hold_on_credit_that_is_about_to_expire_ends_with_it(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 5_000, expires_at=NOON + timedelta(minutes=10))
    hold = shop.hold(key, shop.code(customer), 5_000)
    assert hold.expires_at == NOON + timedelta(minutes=10)
    shop.wait(minutes=10)

    assert shop.free(customer) == 0
    with pytest.raises(ShortOfCredit):
        shop.capture(key, hold.ref)


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
