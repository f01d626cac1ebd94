"""Keys of the API: told once, kept as hashes, revoked at once, one live key for each name."""

import re
from collections.abc import Iterator

import pytest

from portal.domain.errors import Conflict, NotFound
from portal.records import api_keys
from portal.services.create_api_key import create_api_key, revoke_api_key
from tests.support.credit_shop import CreditShop, credit_shop

GIVEN = "amk_" + "g" * 43


@pytest.fixture
def shop(database_url: str) -> Iterator[CreditShop]:
    with credit_shop(database_url) as opened:
        yield opened


def is_known(shop: CreditShop, secret: str) -> bool:
    with shop.toolkit.reading() as session:
        return api_keys.find(session, secret) is not None


@pytest.mark.proves("P4")
def test_a_key_opens_the_api_until_it_is_revoked(shop: CreditShop):
    secret = create_api_key(shop.toolkit, "shop")

    assert re.fullmatch(r"amk_[A-Za-z0-9_-]{43}", secret)
    assert is_known(shop, secret)
    revoke_api_key(shop.toolkit, "shop")
    assert not is_known(shop, secret)


@pytest.mark.proves("P9")
def test_only_a_hash_is_kept(shop: CreditShop):
    secret = create_api_key(shop.toolkit, "shop")

    assert secret not in str(shop.one("SELECT json_agg(k) FROM api_keys k"))


def test_a_name_has_one_live_key(shop: CreditShop):
    first = create_api_key(shop.toolkit, "shop")

    with pytest.raises(Conflict, match="live API key"):
        create_api_key(shop.toolkit, "shop")
    second = create_api_key(shop.toolkit, "shop", replace=True)

    assert (is_known(shop, first), is_known(shop, second)) == (False, True)


def test_a_key_made_elsewhere_is_taken_once_and_again(shop: CreditShop):
    create_api_key(shop.toolkit, "shop", given=GIVEN)

    assert create_api_key(shop.toolkit, "shop", given=GIVEN, replace=True) == GIVEN
    assert is_known(shop, GIVEN)
    assert shop.one("SELECT count(*) FROM api_keys") == 1


@pytest.mark.parametrize("given", ["", "amk_short", "x" * 50])
def test_a_key_that_is_no_good_is_refused(shop: CreditShop, given: str):
    with pytest.raises(Conflict):
        create_api_key(shop.toolkit, "shop", given=given)


@pytest.mark.parametrize("name", ["", "n" * 81])
def test_a_name_that_is_no_good_is_refused(shop: CreditShop, name: str):
    with pytest.raises(Conflict):
        create_api_key(shop.toolkit, name)


def test_a_key_of_the_past_is_not_taken_under_another_name(shop: CreditShop):
    create_api_key(shop.toolkit, "shop", given=GIVEN)

    with pytest.raises(Conflict, match="used before"):
        create_api_key(shop.toolkit, "another", given=GIVEN)


def test_a_name_without_a_live_key_cannot_be_revoked(shop: CreditShop):
    with pytest.raises(NotFound):
        revoke_api_key(shop.toolkit, "nobody")
