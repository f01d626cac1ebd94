"""What the database refuses by itself, for the day that the code forgets; and codes as they are kept."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.credit import new_code
from portal.records import credit_codes
from portal.records.credit_statements import code_of
from tests.support.credit_shop import SECRET, CreditShop, credit_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[CreditShop]:
    with credit_shop(database_url) as opened:
        yield opened


def refused(shop: CreditShop, statement: str) -> str:
    """Run a statement under the web's own role, and give the SQLSTATE with which the database refuses it."""
    with pytest.raises(DBAPIError) as error, shop.engine.begin() as connection:
        connection.execute(text(statement))
    return str(getattr(error.value.orig, "sqlstate", ""))


_MOVE = (
    "INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)"
    " SELECT account_id, id, 'spend', {minor}, '{source}', 'system:test', now() FROM credit_lots"
)
_CHECK, _UNIQUE, _NO_RIGHT = "23514", "23505", "42501"


@pytest.mark.proves("L3")
def test_a_lot_never_goes_below_zero(shop: CreditShop):
    shop.grant(shop.customer(), 1_000)

    assert refused(shop, _MOVE.format(minor=-1_001, source="HLD-1")) == _CHECK


@pytest.mark.proves("L5")
def test_a_lot_never_holds_more_than_its_grant(shop: CreditShop):
    shop.grant(shop.customer(), 1_000)

    assert refused(shop, _MOVE.format(minor=1, source="HLD-1")) == _CHECK


def test_a_move_of_a_lot_stays_in_its_account(shop: CreditShop):
    shop.grant(shop.customer(), 1_000)
    shop.grant(shop.customer(), 1_000)

    assert (
        refused(
            shop,
            "INSERT INTO credit_moves (account_id, lot_id, kind, amount_minor, source, actor, happened_at)"
            " SELECT (SELECT max(id) FROM credit_accounts), min(id), 'spend', -1, 'HLD-1', 'system:test', now()"
            " FROM credit_lots",
        )
        == _CHECK
    )


@pytest.mark.proves("L10")
def test_a_source_grants_an_origin_once(shop: CreditShop):
    shop.grant(shop.customer(), 1_000, source="RMD-1")

    assert (
        refused(
            shop,
            "INSERT INTO credit_lots (ref, account_id, origin, jurisdiction, amount_minor, source, issued_at)"
            " SELECT 'LOT-2', account_id, origin, jurisdiction, amount_minor, source, issued_at FROM credit_lots",
        )
        == _UNIQUE
    )


@pytest.mark.proves("L2")
@pytest.mark.parametrize(
    "statement", ["UPDATE credit_moves SET amount_minor = 1", "DELETE FROM credit_moves", "TRUNCATE credit_moves"]
)
def test_moves_are_never_changed(shop: CreditShop, statement: str):
    shop.grant(shop.customer(), 1_000)

    assert refused(shop, statement) == _NO_RIGHT


@pytest.mark.proves("L10")
def test_a_hold_never_captures_more_than_it_holds(shop: CreditShop):
    customer, key = shop.customer(), shop.api_key()
    shop.grant(customer, 1_000)
    shop.hold(key, shop.code(customer), 500)

    assert refused(shop, "UPDATE credit_holds SET captured_minor = 501") == _CHECK


def test_a_sealed_code_is_opened_under_its_own_secret_key_only():
    code = new_code()

    seal = credit_codes.sealed(code, SECRET)

    assert code not in seal
    assert credit_codes.opened(seal, SECRET) == code
    assert credit_codes.opened(seal, SECRET + "!") is None
    assert credit_codes.opened(seal[:-2], SECRET) is None
    assert credit_codes.opened("", SECRET) is None


@pytest.mark.proves("P9")
def test_a_code_is_sealed_anew_each_time_and_hashed_the_same():
    code = new_code()

    assert credit_codes.sealed(code, SECRET) != credit_codes.sealed(code, SECRET)
    assert credit_codes.hashed(code, SECRET) == credit_codes.hashed(code, SECRET)
    assert credit_codes.hashed(code, SECRET) != credit_codes.hashed(code, SECRET + "!")
    assert len(credit_codes.sealed(code, SECRET)) <= 200


def test_the_code_of_a_customer_and_currency_is_found_for_letters(shop: CreditShop):
    customer = shop.customer()
    shop.grant(customer, 1_000)

    with shop.toolkit.reading() as session:
        found = code_of(session, customer, "BRL", SECRET)
        none = code_of(session, customer, "EUR", SECRET)

    assert (found, none) == (shop.code(customer), None)
