"""Set aside, take, give back: in whatever order, no credit is lost and none is spent twice."""

from datetime import timedelta

import pytest

from portal.domain.credit import HoldSettled, HoldState, ShortOfCredit, WrongCurrency
from portal.domain.errors import BadAmount, NotFound, TooMany
from portal.services.hold_credit import WRONG_CODES_A_MINUTE
from portal.services.new_credit_code import new_credit_code
from tests.support.credit_shop import NOON, CreditShop, key, shop

__all__ = ["key", "shop"]


def test_credit_is_usable_the_moment_it_is_granted(shop: CreditShop, key: int):
    customer, code = shop.with_credit()

    hold = shop.hold(key, code, 4_000)

    assert (hold.state, hold.amount.minor, hold.expires_at) == (HoldState.HELD, 4_000, NOON + timedelta(minutes=30))
    assert shop.free(customer) == 6_000


def test_a_code_works_as_people_type_it(shop: CreditShop, key: int):
    _, code = shop.with_credit()

    assert shop.hold(key, f" {code.lower().replace('-', ' ')} ", 1).state is HoldState.HELD


def test_a_capture_takes_the_hold_and_books_the_sale(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 4_000)

    taken = shop.capture(key, hold.ref)

    assert (taken.state, taken.captured.minor) == (HoldState.CAPTURED, 4_000)
    assert shop.free(customer) == 6_000
    assert shop.one("SELECT sum(amount_minor) FROM journal_postings WHERE account = 'sales'") == -4_000


def test_a_partial_capture_frees_the_rest(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 4_000)

    taken = shop.capture(key, hold.ref, "12.50")

    assert (taken.amount.minor, taken.captured.minor) == (4_000, 1_250)
    assert shop.free(customer) == 8_750


@pytest.mark.proves("bug 44")
def test_a_failed_card_payment_gives_the_credit_back(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 10_000)

    released = shop.release(key, hold.ref)

    assert released.state is HoldState.RELEASED
    assert shop.free(customer) == 10_000
    assert shop.one("SELECT count(*) FROM credit_moves WHERE kind = 'spend'") == 0


def test_the_same_capture_again_gives_the_same_and_moves_nothing(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    hold = shop.hold(key, code, 4_000)
    shop.capture(key, hold.ref, "10.00")

    again = shop.capture(key, hold.ref, "10.00")

    assert again.captured.minor == 1_000
    assert shop.one("SELECT count(*) FROM credit_moves WHERE kind = 'spend'") == 1


@pytest.mark.parametrize("amount", [None, "9.99", "10.01"])
def test_another_amount_after_a_capture_is_refused(shop: CreditShop, key: int, amount: str | None):
    _, code = shop.with_credit()
    hold = shop.hold(key, code, 4_000)
    shop.capture(key, hold.ref, "10.00")

    with pytest.raises(HoldSettled):
        shop.capture(key, hold.ref, amount)


def test_a_capture_after_a_release_is_refused_and_the_other_way_round(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    released, captured = shop.hold(key, code, 1_000), shop.hold(key, code, 1_000)
    shop.release(key, released.ref)
    shop.capture(key, captured.ref)

    with pytest.raises(HoldSettled):
        shop.capture(key, released.ref)
    with pytest.raises(HoldSettled):
        shop.release(key, captured.ref)
    assert shop.release(key, released.ref).state is HoldState.RELEASED


@pytest.mark.parametrize("amount", ["0", "-1", "40.01", "1e1", "NaN", "1_0", "10,00", "1.001", "", "９"])
def test_an_amount_that_cannot_be_captured_is_refused(shop: CreditShop, key: int, amount: str):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 4_000)

    with pytest.raises(BadAmount):
        shop.capture(key, hold.ref, amount)
    assert shop.show(key, hold.ref).state is HoldState.HELD
    assert shop.free(customer) == 6_000


def test_more_than_what_is_free_is_refused_and_tells_what_is(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    shop.hold(key, code, 9_000)

    with pytest.raises(ShortOfCredit) as short:
        shop.hold(key, code, 1_001)
    assert short.value.available.minor == 1_000


def test_credit_of_another_currency_is_refused(shop: CreditShop, key: int):
    _, code = shop.with_credit()

    with pytest.raises(WrongCurrency):
        shop.hold(key, code, 100, "EUR")


@pytest.mark.parametrize("code", ["ACDE-FGHJ-KMNP", "", "not a code", "A" * 10_000])
def test_a_code_that_is_nobodys_is_one_answer(shop: CreditShop, key: int, code: str):
    with pytest.raises(NotFound, match="no account has this code"):
        shop.hold(key, code, 100)


@pytest.mark.proves("F12")
def test_guessing_codes_is_stopped_for_the_rest_of_the_minute(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    for _ in range(WRONG_CODES_A_MINUTE):
        with pytest.raises(NotFound):
            shop.hold(key, "ACDE-FGHJ-KMNP", 100)

    with pytest.raises(TooMany) as stopped:
        shop.hold(key, code, 100)
    other = shop.api_key("another checkout")

    assert stopped.value.retry_after == 60
    assert shop.hold(other, code, 100).state is HoldState.HELD
    shop.wait(minutes=1)
    assert shop.hold(key, code, 100).state is HoldState.HELD


@pytest.mark.proves("P5")
def test_a_hold_is_nobody_elses(shop: CreditShop, key: int):
    _, code = shop.with_credit()
    hold, stranger = shop.hold(key, code, 100), shop.api_key("another checkout")

    for act in (shop.show, shop.capture, shop.release):
        with pytest.raises(NotFound, match="there is no such hold"):
            act(stranger, hold.ref)
        with pytest.raises(NotFound, match="there is no such hold"):
            act(stranger, "HLD-ACDEFGHJKMNP")
    assert shop.show(key, hold.ref).state is HoldState.HELD


def test_a_new_code_stops_the_old_one_at_once_and_keeps_what_is_held(shop: CreditShop, key: int):
    customer, code = shop.with_credit()
    hold = shop.hold(key, code, 1_000)
    (statement,) = shop.statements(customer)

    changed = new_credit_code(shop.toolkit, customer_id=customer, account_ref=statement.account_ref)

    assert shop.code(customer) == changed != code
    with pytest.raises(NotFound):
        shop.hold(key, code, 1_000)
    assert shop.hold(key, changed, 1_000).state is HoldState.HELD
    assert shop.capture(key, hold.ref).state is HoldState.CAPTURED


def test_nobody_changes_the_code_of_another_customer(shop: CreditShop):
    customer, code = shop.with_credit()
    (statement,) = shop.statements(customer)

    with pytest.raises(NotFound):
        new_credit_code(shop.toolkit, customer_id=shop.customer(), account_ref=statement.account_ref)
    assert shop.code(customer) == code
