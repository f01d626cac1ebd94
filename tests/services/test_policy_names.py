"""A policy names only what the shop knows: a vendor who is gone is refused, with the row and who is there instead."""

from collections.abc import Callable

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import BadPolicy
from portal.domain.policy.proof import ConcernKind
from portal.domain.policy.publishing import NeedsWord
from portal.records import order_names
from portal.services.check_policy import proofs_in_shop
from portal.services.draft_policy import DraftPage, save_draft, start_draft
from portal.services.publish_policy import publish_policy
from tests.support.policy_texts import QUIET, quiet
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

GONE = QUIET.replace("when.paid = false", 'when.paid = false\nwhen.vendor = ["acne"]')
NONE_OF = QUIET.replace("when.paid = false", 'when.paid = false\nwhen.vendor = { none_of = ["acne", "acme"] }')
KNOWN = QUIET.replace("when.paid = false", 'when.paid = false\nwhen.vendor = ["acme"]')


def load(shop: Shop, source: str) -> object:
    return publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite="It is known.")


def draft(shop: Shop, source: str) -> object:
    owner = a_staff_member(shop.toolkit, role=Role.POLICY_OWNER)
    return start_draft(shop.toolkit, staff_id=owner, market="*", title="Vendors", source=source)


def save(shop: Shop, source: str) -> object:
    owner = a_staff_member(shop.toolkit, role=Role.POLICY_OWNER)
    ref = start_draft(shop.toolkit, staff_id=owner, market="*", title="Vendors", source=quiet())
    return save_draft(shop.toolkit, staff_id=owner, page=DraftPage(ref, 1), source=source)


@pytest.mark.proves("input 77")
@pytest.mark.parametrize("text", [GONE, NONE_OF])
@pytest.mark.parametrize("come_in", [load, draft, save])
def test_a_vendor_of_whom_no_order_is_left_is_refused_with_the_row_and_who_is_there(
    shop: Shop, come_in: Callable[[Shop, str], object], text: str
):
    shop.order()

    with pytest.raises(BadPolicy) as refused:
        come_in(shop, text)

    told = "rule not_paid: when.vendor (rule number 2): no order is of 'acne'; there is 'acme'"
    assert str(refused.value) == told
    assert shop.rows("SELECT count(*) FROM policy_versions")[0][0] == 1
    assert shop.rows("SELECT count(*) FROM policy_draft_events WHERE kind = 'change'")[0][0] == 0


def test_a_vendor_of_an_order_is_known_and_before_the_first_order_each_one_is(shop: Shop):
    assert load(shop, GONE) == ("*", 2, True)

    shop.order()

    assert load(shop, KNOWN) == ("*", 3, True)


def test_the_same_text_is_in_force_already_though_its_vendor_is_gone_by_now(shop: Shop):
    load(shop, GONE)
    shop.order()

    assert load(shop, GONE) == ("*", 2, False)


def test_a_market_that_no_order_names_is_refused_with_those_that_are_known(shop: Shop):
    shop.order(market="BR")

    with pytest.raises(BadPolicy, match=r"no order is of market 'PT', and it has no setting; known are \*"):
        load(shop, quiet(market="PT"))

    assert load(shop, quiet(market="BR")) == ("BR", 1, True)


@pytest.mark.proves("input 77")
def test_a_word_that_no_new_order_holds_needs_a_word_of_the_publisher_and_names_those_most_like_it(shop: Shop):
    for market in ("BR", "BR", "PT"):
        shop.order(market=market)
    [(region,)] = shop.rows("SELECT DISTINCT ship_to_region FROM orders")
    asked = {"ship_to_region": f"{region}x", "market": "BRR", "category": "no such thing"}
    many = QUIET.replace(
        "when.paid = false", f"when.paid = false\nwhen.carrier = {[f'Nobody {one}' for one in range(9)]}"
    )
    lines = "".join(f'\nwhen.{fact} = ["{word}"]' for fact, word in asked.items())
    misspelt = QUIET.replace("when.paid = false", f"when.paid = false{lines}")

    with pytest.raises(NeedsWord) as needed:
        publish_policy(shop.toolkit, source=misspelt, actor=Actor.system("tests"))

    told = {one.place: one for one in needed.value.proof.concerns if one.kind is ConcernKind.UNHEARD}
    assert {fact: one.word for fact, one in told.items()} == asked
    assert told["ship_to_region"].like[0] == region
    assert {one.rules for one in told.values()} == {("not_paid",)}
    assert load(shop, misspelt) == ("*", 2, True)
    # Of many the first few are compared with those that orders hold; the others are told without.
    with shop.toolkit.reading() as session:
        first, second = proofs_in_shop(session, many, many)
        compared = [bool(one.like) for one in first.concerns if one.kind is ConcernKind.UNHEARD]
        most = order_names.words_heard(session, newest=9, each=1)
        heard = order_names.words_heard(session, newest=9, each=1, names=["BR", "PT", "BRR"])
    assert (compared, first) == ([True] * 5 + [False] * 4, second)
    # A word is heard however seldom it is.
    assert (most["market"], heard["market"]) == (["BR"], ["BR", "PT"])
