"""A cancelled order gives credit back: whole or in parts, once for each cancellation, to the lots that had paid."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.domain.credit import GRACE, HoldSettled, HoldState, MoreThanCaptured, Origin
from portal.domain.errors import AmendsError, BadAmount, NotFound
from portal.services.create_api_key import create_api_key
from portal.services.expire_lots import expire_lots
from portal.services.give_back_credit import SourceUsedBefore
from tests.support.credit_shop import NOON, CreditShop, key, shop

__all__ = ["key", "shop"]


def captured(shop: CreditShop, key: int, code: str, minor: int) -> str:
    ref = shop.hold(key, code, minor).ref
    shop.capture(key, ref)
    return ref


def test_all_that_was_taken_comes_back_and_can_be_spent_again(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)

    back = shop.give_back(key, ref)

    assert (back.state, back.captured.minor, back.given_back.minor) == (HoldState.CAPTURED, 4_000, 4_000)
    assert shop.free(customer) == 10_000
    assert sum(shop.booked("sales").values()) == 0
    assert captured(shop, key, code, 10_000)


@pytest.mark.proves("L7")
def test_the_entry_names_the_one_that_it_takes_back(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)

    shop.give_back(key, ref, "10.00")

    taken_back = """SELECT o.source FROM journal_entries e JOIN journal_entries o ON o.id = e.reverses_id
        WHERE e.occasion = 'credit_given_back' AND o.occasion = 'credit_spent'"""
    assert shop.one(taken_back) == ref


@pytest.mark.proves("L7")
def test_parts_come_back_until_all_of_it_has(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)
    shop.give_back(key, ref, "10.00", source="one mug")
    shop.give_back(key, ref, "25.00", source="a lamp")

    with pytest.raises(MoreThanCaptured) as more:
        shop.give_back(key, ref, "5.01", source="a blanket")

    assert more.value.left.minor == 500
    assert shop.give_back(key, ref, source="the rest").given_back.minor == 4_000
    with pytest.raises(MoreThanCaptured):
        shop.give_back(key, ref, source="more")
    assert shop.free(customer) == 10_000


@pytest.mark.proves("bug 43", "L10")
def test_two_ways_that_cancel_one_order_give_back_once(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)
    shop.give_back(key, ref, source="cancelled by the customer")

    with pytest.raises(MoreThanCaptured):
        shop.give_back(key, ref, source="cancelled by a job")

    assert shop.free(customer) == 10_000


@pytest.mark.proves("L10", "bug 43")
def test_the_same_source_gives_back_once_and_not_another_amount(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)
    shop.give_back(key, ref, "10.00")

    assert shop.give_back(key, ref, "10.00").given_back.minor == 1_000
    assert shop.give_back(key, ref).given_back.minor == 1_000
    with pytest.raises(SourceUsedBefore):
        shop.give_back(key, ref, "10.01")
    assert shop.free(customer) == 7_000


@pytest.mark.proves("L7", "L17", "bug 43")
def test_parallel_give_backs_of_one_source_and_of_many_never_give_more_than_was_taken(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)

    def give(n: int) -> bool:
        try:
            shop.give_back(key, ref, "10.00", source=f"part {n % 8}")
        except AmendsError:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(give, range(32)))

    assert outcomes.count(True) == 16
    assert shop.one("SELECT count(*) FROM credit_give_backs") == 4
    assert shop.free(customer) == 10_000


@pytest.mark.parametrize("amount", ["0", "-1", "1e1", "1.001", ""])
def test_an_amount_that_cannot_come_back_is_refused(shop: CreditShop, key: int, amount: str):
    _, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)

    with pytest.raises(BadAmount):
        shop.give_back(key, ref, amount)


def test_only_what_was_captured_comes_back(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    held, released = shop.hold(key, code, 1_000).ref, shop.hold(key, code, 1_000).ref
    shop.release(key, released)

    for ref, state in ((held, HoldState.HELD), (released, HoldState.RELEASED)):
        with pytest.raises(HoldSettled) as settled:
            shop.give_back(key, ref)
        assert settled.value.state is state


def test_it_goes_back_to_the_lots_that_had_paid_the_longest_first(shop: CreditShop, key: int):
    customer, ends = shop.customer(), NOON + timedelta(days=400)
    shop.grant(customer, 3_000, expires_at=ends)
    shop.grant(customer, 3_000, origin=Origin.GOODWILL)
    ref = captured(shop, key, shop.code(customer), 5_000)

    shop.give_back(key, ref, "25.00")

    (statement,) = shop.statements(customer)
    assert {lot.expires_at: lot.left.minor for lot in statement.lots} == {ends: 500, None: 3_000}
    assert [(one.came_back, one.amount.minor) for one in statement.spends].count((True, 2_500)) == 1


def test_what_belongs_to_a_lot_that_has_ended_comes_back_for_the_grace(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 3_000, source="RMD-1", expires_at=NOON + timedelta(days=1))
    ref = captured(shop, key, shop.code(customer), 2_000)
    shop.wait(days=2)
    expire_lots(shop.toolkit)

    shop.give_back(key, ref)

    (statement,) = shop.statements(customer)
    again = statement.lots[0]
    assert statement.free.minor == again.left.minor == 2_000
    assert (again.expires_at, again.origin, again.claim_ref) == (shop.now + GRACE, "paid_value", "CLM-1")
    assert sum(shop.booked("breakage").values()) == -1_000


def test_a_lot_that_came_back_is_spent_given_back_and_ends_like_any_other(shop: CreditShop, key: int):
    customer = shop.customer()
    shop.grant(customer, 3_000, expires_at=NOON + timedelta(hours=1))
    code = shop.code(customer)
    first = captured(shop, key, code, 3_000)
    shop.give_back(key, first, "10.00", source="a")
    second = captured(shop, key, code, 1_000)
    shop.give_back(key, first, "10.00", source="b")
    shop.wait(minutes=5)
    shop.give_back(key, second, "7.00", source="c")
    shop.wait(days=31)

    assert expire_lots(shop.toolkit) == 4
    assert shop.free(customer) == 0
    assert sum(shop.booked("breakage").values()) == -1_700


def test_a_key_that_took_the_place_of_another_gives_back_what_that_one_took(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    ref = captured(shop, key, code, 4_000)
    create_api_key(shop.toolkit, "checkout", replace=True)
    after, stranger = int(shop.one("SELECT max(id) FROM api_keys")), shop.api_key("another checkout")

    with pytest.raises(NotFound):
        shop.give_back(stranger, ref)

    assert shop.give_back(after, ref).given_back.minor == 4_000
    assert shop.free(customer) == 10_000
