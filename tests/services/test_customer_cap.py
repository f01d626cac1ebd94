"""What a rule gives one customer at most holds for claims that are open side by side, whichever is chosen first."""

import pytest

from portal.domain.actors import Actor
from portal.domain.holding import Held, HeldKind
from portal.domain.limits import Subject
from portal.domain.offers import PolicyClass
from portal.domain.problems import Problem
from portal.services.judge_again import judge_again
from portal.services.judge_standing import held_in
from portal.services.publish_policy import publish_policy
from tests.support.at_once import at_once
from tests.support.shop import AnOrder, Shop

KINDNESS = """
name = "Little kindnesses"
market = "*"

[defaults]
offer_expires_in_days = 60
answer_within_hours = 24

[amounts.a_month]
BRL = "12.00"

[[rules]]
key = "a_little"
describe = "A little of it, as a kindness."
when.paid = true
then.offer.store_credit = { goods = 10, customer_cap = { amount = "a_month", within_days = 30, of_goodwill = true } }
then.class = "goodwill"
"""
ONE = (("Blue kettle", "50.00", 1),)
ACCEPTED, WITH_A_PERSON = ("accepted", None), ("escalated", "person_decides")
OVER = Held(
    HeldKind.CUSTOMER_CAP,
    subject=Subject.CUSTOMER,
    policy_class=PolicyClass.GOODWILL,
    found=1_000,
    most=1_200,
    days=30,
    currency="BRL",
)


@pytest.fixture(autouse=True)
def _kind(shop: Shop) -> None:
    publish_policy(shop.toolkit, source=KINDNESS, actor=Actor.system("tests"), despite="A small one, for a test.")


def opened(shop: Shop, count: int) -> tuple[list[AnOrder], list[str]]:
    """Report several orders of one customer before any offer is taken: each shows 5.00 of the 12.00 that are left."""
    first = shop.lost_order(lines=ONE)
    orders = [first, *(shop.lost_order(lines=ONE, customer=first) for _ in range(count - 1))]
    refs = [shop.report(order, Problem.MISSING_PACKAGE) for order in orders]
    assert {offer.amount_minor for ref in refs for offer in shop.claim(ref).lines[0].offers} == {500}
    return orders, refs


def states(shop: Shop, refs: list[str]) -> list[tuple[str, str | None]]:
    return [(line.state, line.reason) for ref in refs for line in shop.claim(ref).lines]


@pytest.mark.proves("F12")
def test_of_claims_that_are_chosen_at_once_as_much_is_given_as_one_customer_may_get(shop: Shop) -> None:
    orders, refs = opened(shop, 5)

    came = at_once(
        *(
            lambda order=order, ref=ref: shop.accept(order, ref, "store_credit")
            for order, ref in zip(orders, refs, strict=True)
        )
    )

    assert came == [None] * 5
    assert sorted(states(shop, refs)) == [ACCEPTED] * 2 + [WITH_A_PERSON] * 3
    assert shop.rows("SELECT sum(amount_minor) FROM remedies") == [(1_000,)]


def test_an_offer_that_passes_the_cap_by_now_goes_to_a_person_whole_and_its_verdict_stays(shop: Shop) -> None:
    orders, refs = opened(shop, 3)
    shop.accept(orders[0], refs[0], "store_credit")
    shop.accept(orders[1], refs[1], "store_credit")

    shop.accept(orders[2], refs[2], "store_credit")
    shop.work()

    line = shop.claim(refs[2]).lines[0]
    assert (line.state, line.reason) == WITH_A_PERSON
    assert held_in(line.standing) == (OVER,)
    assert "escalated" in shop.letters(orders[2])
    with shop.toolkit.reading() as session:
        assert judge_again(session).broken == 0


def test_what_lies_before_the_window_leaves_room_again(shop: Shop) -> None:
    orders, refs = opened(shop, 3)
    shop.accept(orders[0], refs[0], "store_credit")
    shop.accept(orders[1], refs[1], "store_credit")
    shop.later(days=31)

    shop.accept(orders[2], refs[2], "store_credit")

    assert states(shop, refs) == [ACCEPTED] * 3


def test_lines_of_one_claim_share_what_is_left_and_do_not_count_against_each_other(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Blue kettle", "90.00", 1), ("Red kettle", "30.00", 1)))
    ref = shop.report(order, Problem.MISSING_PACKAGE, 1, 2)
    offers = [line.offers[0].amount_minor for line in shop.claim(ref).lines]

    shop.accept(order, ref, "store_credit")

    assert sum(offers) <= 1_200
    assert states(shop, [ref]) == [ACCEPTED] * 2
