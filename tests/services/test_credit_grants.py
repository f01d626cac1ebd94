"""Credit is granted once for each source and origin, whoever repeats it, and the journal says the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.domain.credit import Origin
from portal.domain.errors import BadAmount, Conflict
from tests.support.credit_shop import NOON, CreditShop, shop

__all__ = ["shop"]


def test_what_was_paid_and_the_gift_are_two_lots_of_one_account(shop: CreditShop):
    customer = shop.customer()

    paid = shop.grant(customer, 10_000, source="RMD-1")
    gift = shop.grant(customer, 1_000, source="RMD-1", origin=Origin.GOODWILL)

    (statement,) = shop.statements(customer)
    assert paid.account_ref == gift.account_ref == statement.account_ref
    assert [(lot.origin, lot.given.minor, lot.claim_ref) for lot in statement.lots] == [
        ("goodwill", 1_000, "CLM-1"),
        ("paid_value", 10_000, "CLM-1"),
    ]
    assert statement.free.minor == 11_000


@pytest.mark.proves("L10")
def test_the_same_source_again_grants_nothing_and_gives_the_first_lot(shop: CreditShop):
    customer = shop.customer()
    first = shop.grant(customer, 10_000, source="RMD-1")

    again = shop.grant(customer, 10_000, source="RMD-1")

    assert (again.lot_ref, first.repeated, again.repeated) == (first.lot_ref, False, True)
    assert shop.free(customer) == 10_000


@pytest.mark.proves("L10")
@pytest.mark.parametrize("change", ["amount", "customer", "currency"])
def test_the_same_source_for_something_else_is_refused(shop: CreditShop, change: str):
    customer = shop.customer()
    shop.grant(customer, 10_000, source="RMD-1")

    with pytest.raises(Conflict):
        shop.grant(
            shop.customer() if change == "customer" else customer,
            9_999 if change == "amount" else 10_000,
            "EUR" if change == "currency" else "BRL",
            source="RMD-1",
        )
    assert shop.free(customer) == 10_000


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_or_less_is_not_granted(shop: CreditShop, minor: int):
    with pytest.raises(BadAmount):
        shop.grant(shop.customer(), minor)


def test_parallel_first_grants_of_a_customer_end_in_one_account(shop: CreditShop):
    customer = shop.customer()

    with ThreadPoolExecutor(12) as threads:
        granted = list(threads.map(lambda n: shop.grant(customer, 100, source=f"RMD-{n % 6}"), range(12)))

    assert len({one.account_ref for one in granted}) == 1
    assert sum(not one.repeated for one in granted) == 6
    assert shop.free(customer) == 600


def test_each_currency_has_an_account_and_a_code_of_its_own(shop: CreditShop):
    customer = shop.customer()
    shop.grant(customer, 10_000, "BRL")
    shop.grant(customer, 500, "JPY")

    brl, jpy = shop.statements(customer)

    assert (brl.free.minor, jpy.free.minor) == (10_000, 500)
    assert brl.code != jpy.code


@pytest.mark.proves("L4")
def test_a_statement_tells_what_is_free_held_spent_and_over(shop: CreditShop):
    customer, stranger, key = shop.customer(), shop.customer(), shop.api_key()
    shop.grant(stranger, 77)
    shop.grant(customer, 3_000, expires_at=NOON + timedelta(days=1))
    shop.grant(customer, 5_000)
    code = shop.code(customer)
    shop.capture(key, shop.hold(key, code, 1_000).ref)
    shop.wait(days=1)
    shop.hold(key, code, 500)

    (statement,) = shop.statements(customer)

    assert (statement.free.minor, statement.held.minor) == (4_500, 500)
    assert sorted(lot.left.minor for lot in statement.lots) == [0, 5_000]
    assert [(spend.amount.minor, spend.purpose) for spend in statement.spends] == [(1_000, "order 17")]


def test_somebody_without_credit_has_no_statement(shop: CreditShop):
    assert shop.statements(shop.customer()) == []
