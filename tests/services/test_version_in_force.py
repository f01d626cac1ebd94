"""Which version decides about an order: the one at the report, or where the market says so when it was placed."""

from datetime import timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.drafts import OrdersKeep
from portal.domain.errors import BadPolicy
from portal.domain.problems import Problem
from portal.services.look_again import look_again
from portal.services.publish_policy import publish_policy
from portal.services.set_policy_market import set_policy_market
from tests.support.policy_texts import quiet
from tests.support.shop import NOW, Shop

TESTS = Actor.system("tests")


def number_for(shop: Shop, claim_ref: str) -> tuple[str, int]:
    """Tell by which version of which market a claim was judged."""
    row = shop.rows(
        "SELECT market, number FROM policy_versions v JOIN claims c ON v.id = c.policy_version_id WHERE c.ref = :ref",
        ref=claim_ref,
    )[0]
    return row.market, row.number


def report(shop: Shop, **order: object) -> tuple[str, int]:
    """Report a parcel of a new order that never came, and tell which version judged it."""
    return number_for(shop, shop.report(shop.lost_order(**order), Problem.MISSING_PACKAGE))


def keep(shop: Shop, market: str, which: OrdersKeep) -> None:
    set_policy_market(shop.toolkit, market=market, orders_keep=which, actor=TESTS)


def test_a_version_decides_from_its_start_on_and_not_before(shop: Shop):
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS, in_force_from=NOW + timedelta(hours=2))

    before = report(shop)
    shop.later(hours=2, seconds=-1)
    right_before = report(shop)
    shop.later(seconds=1)
    after = report(shop)

    assert (before, right_before, after) == (("*", 1), ("*", 1), ("*", 2))


def test_the_claim_that_was_judged_before_is_judged_again_by_its_own_version(shop: Shop):
    order = shop.order(status="shipped", promised=2, delivered=None, ordered=20, handed_over=15)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)

    shop.clock[0] = shop.looks_again_at(ref)
    look_again(shop.toolkit, claim_ref=ref)

    assert (number_for(shop, ref), shop.claim(ref).state) == (("*", 1), "offered")


def test_a_version_of_the_market_itself_goes_before_the_default(shop: Shop):
    shop.order(market="PT")
    publish_policy(shop.toolkit, source=quiet(market="PT"), actor=TESTS)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)

    assert [report(shop, market=market) for market in ("PT", "BR")] == [("PT", 1), ("*", 2)]


@pytest.mark.parametrize("market", ["BR", "*"])
def test_an_order_keeps_the_version_of_the_day_it_was_placed_where_its_market_wants_it(shop: Shop, market: str):
    shop.later(days=60)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)
    keep(shop, market, OrdersKeep.PLACED)

    assert (report(shop, ordered=40), report(shop, ordered=0, handed_over=0)) == (("*", 1), ("*", 2))


def test_what_a_market_wants_itself_goes_before_what_all_want(shop: Shop):
    shop.later(days=60)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)
    keep(shop, "*", OrdersKeep.PLACED)
    keep(shop, "BR", OrdersKeep.REPORTED)

    assert [report(shop, ordered=40, market=market) for market in ("BR", "PT")] == [("*", 2), ("*", 1)]


def test_without_the_setting_the_version_at_the_report_decides(shop: Shop):
    shop.later(days=60)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)

    assert report(shop, ordered=40) == ("*", 2)


def test_an_order_from_before_any_version_is_judged_by_the_one_at_the_report(shop: Shop):
    keep(shop, "*", OrdersKeep.PLACED)
    publish_policy(shop.toolkit, source=quiet(), actor=TESTS)

    assert report(shop, ordered=7000) == ("*", 2)


def test_an_order_of_a_market_that_had_only_the_default_when_it_was_placed_keeps_the_default(shop: Shop):
    shop.order(market="PT")
    shop.later(days=60)
    publish_policy(shop.toolkit, source=quiet(market="PT"), actor=TESTS)
    keep(shop, "PT", OrdersKeep.PLACED)

    assert report(shop, ordered=40, market="PT") == ("*", 1)


@pytest.mark.proves("P6")
def test_the_setting_is_written_down_with_who_set_it(shop: Shop):
    keep(shop, "BR", OrdersKeep.PLACED)
    keep(shop, "BR", OrdersKeep.REPORTED)

    deeds = shop.rows("SELECT subject, actor, detail FROM deeds WHERE kind = 'policy_market_set' ORDER BY id")
    assert [tuple(deed) for deed in deeds] == [
        ("BR", "system:tests", {"orders_keep": "placed"}),
        ("BR", "system:tests", {"orders_keep": "reported"}),
    ]


@pytest.mark.parametrize("market", ["", "B R", "Ñandú", "A" * 17, "**"])
def test_what_can_be_no_market_is_refused(shop: Shop, market: str):
    with pytest.raises(BadPolicy):
        keep(shop, market, OrdersKeep.PLACED)

    assert shop.rows("SELECT count(*) FROM policy_markets")[0][0] == 0
