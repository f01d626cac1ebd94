"""Two markets: each has its own policy, and one without its own is decided by the default."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.records import policies
from portal.services.current_policy import parsed
from portal.services.publish_policy import publish_policy
from tests.support.policy_texts import QUIET
from tests.support.shop import Shop

WORD = "It is known."


def _publish(shop: Shop, market: str, *, hours: int = 24) -> None:
    source = QUIET.replace('market = "*"', f'market = "{market}"').replace("_hours = 24", f"_hours = {hours}")
    publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite=WORD)


def _market_that_decided(shop: Shop, market: str) -> str:
    order = shop.order(market=market, delivered=3)
    ref = shop.report(order, Problem.DAMAGED)
    asked = "SELECT v.market FROM claims c JOIN policy_versions v ON v.id = c.policy_version_id WHERE c.ref = :ref"
    return str(shop.rows(asked, ref=ref)[0][0])


def test_an_order_is_decided_by_its_markets_policy_and_by_the_default_where_that_has_none(shop: Shop):
    shop.order(market="PT")
    _publish(shop, "PT")

    decided = {market: _market_that_decided(shop, market) for market in ("PT", "BR", "DE")}

    assert decided == {"PT": "PT", "BR": "*", "DE": "*"}


def test_a_newer_default_never_takes_the_place_of_a_markets_own_policy(shop: Shop):
    shop.order(market="PT")
    _publish(shop, "PT")
    shop.later(minutes=1)
    _publish(shop, "*")
    shop.later(minutes=1)

    assert _market_that_decided(shop, "PT") == "PT"
    assert _market_that_decided(shop, "BR") == "*"


def test_two_markets_follow_their_own_versions_one_after_another(shop: Shop):
    for market in ("PT", "DE"):
        shop.order(market=market)
        _publish(shop, market)
    shop.later(minutes=1)
    _publish(shop, "PT", hours=12)

    with shop.toolkit.reading() as session:
        now = {market: policies.in_force(session, market, shop.now()) for market in ("PT", "DE", "BR")}
        before = policies.in_force(session, "PT", shop.now() - timedelta(seconds=30))
        hours = {
            market: parsed(version.source).defaults.answer_within_hours for market, version in now.items() if version
        }

    assert {market: (version.market, version.number) for market, version in now.items() if version} == {
        "PT": ("PT", 2),
        "DE": ("DE", 1),
        "BR": ("*", 1),
    }
    assert hours == {"PT": 12, "DE": 24, "BR": 24}
    assert before is not None
    assert before.number == 1
