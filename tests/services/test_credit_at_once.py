"""Many checkouts at the same moment: never below zero, nothing twice, nobody stuck."""

import pytest

from portal.domain.credit import ShortOfCredit
from portal.domain.errors import AmendsError, NotFound, TooMany
from portal.services.hold_credit import WRONG_CODES_A_MINUTE
from tests.support.at_once import at_once
from tests.support.credit_shop import CreditShop, key, shop

__all__ = ["key", "shop"]


@pytest.mark.proves("F12")
def test_parallel_guesses_are_counted_one_by_one(shop: CreditShop, key: int):
    tries = WRONG_CODES_A_MINUTE + 20

    outcomes = at_once(*[lambda: shop.hold(key, "ACDE-FGHJ-KMNP", 100)] * tries)

    assert sum(isinstance(one, NotFound) for one in outcomes) == WRONG_CODES_A_MINUTE
    assert sum(isinstance(one, TooMany) for one in outcomes) == 20


@pytest.mark.proves("fault 53", "bug 3", "bug 42", "L3")
def test_fifty_parallel_holds_with_room_for_ten_make_exactly_ten(shop: CreditShop, key: int):
    customer, code = shop.with_credit(10_000)

    outcomes = at_once(*[lambda: shop.hold(key, code, 1_000)] * 50)

    assert sum(isinstance(one, ShortOfCredit) for one in outcomes) == 40
    assert shop.one("SELECT count(*) FROM credit_holds WHERE state = 'held'") == 10
    assert shop.free(customer) == 0


@pytest.mark.proves("fault 53", "bug 42", "L3")
def test_parallel_spends_in_two_checkouts_never_take_more_than_there_is(shop: CreditShop, key: int):
    customer, code = shop.with_credit(10_000)
    other = shop.api_key("another checkout")

    def buy(by: int) -> object:
        return shop.capture(by, shop.hold(by, code, 700).ref)

    outcomes = at_once(*[lambda: buy(key), lambda: buy(other)] * 12)

    assert sum(isinstance(one, ShortOfCredit) for one in outcomes) == 10
    assert shop.free(customer) == 10_000 - 14 * 700


@pytest.mark.proves("L10", "fault 53")
def test_capture_and_release_of_one_hold_at_once_end_one_way(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    for _ in range(5):
        ref = shop.hold(key, code, 1_000).ref

        at_once(*[lambda ref=ref: shop.capture(key, ref), lambda ref=ref: shop.release(key, ref)] * 3)

    spent = int(shop.one("SELECT count(*) FROM credit_holds WHERE state = 'captured'"))
    assert shop.one("SELECT count(*) FROM credit_holds WHERE state IN ('captured', 'released')") == 5
    assert shop.free(customer) == 10_000 - spent * 1_000


@pytest.mark.proves("L10", "fault 49", "bug 42")
def test_a_capture_in_ten_tabs_is_taken_once(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = shop.hold(key, code, 4_000).ref

    outcomes = at_once(*[lambda: shop.capture(key, ref)] * 10)

    assert not [one for one in outcomes if isinstance(one, AmendsError)]
    assert shop.free(customer) == 6_000
