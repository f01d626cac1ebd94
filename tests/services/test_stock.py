"""Stock of what is sent again: promised once, let go or taken once, and another way where there is none left."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import OutOfStock
from portal.domain.problems import Problem
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.import_stock import StockReport, import_stock
from portal.services.publish_policy import publish_policy
from tests.support.shop import AnOrder, Shop

SKU = "SKU-Blue kettl"
ONLY_AGAIN = """
name = "Only sent again"
market = "*"

[defaults]
offer_expires_in_days = 30
answer_within_hours = 24

[[rules]]
key = "again"
describe = "Whatever it is, it is sent again."
when.paid = true
then.offer.replacement = { arrives_in_days = 8 }
then.class = "entitled"
"""


def count(shop: Shop, pieces: int, vendor: str = "", sku: str = SKU) -> StockReport:
    content = f"sku,vendor,on_hand\n{sku},{vendor},{pieces}\n".encode()
    return import_stock(shop.toolkit, counts=io.BytesIO(content), actor=Actor.system("tests"))


def lost(shop: Shop, quantity: int = 1) -> tuple[AnOrder, str]:
    kettles = (("Blue kettle", "50.00", quantity),)
    order = shop.lost_order(lines=kettles)
    return order, shop.report(order, Problem.MISSING_PACKAGE, quantity=quantity)


def shelf(shop: Shop, vendor: str = "") -> tuple[int, int]:
    rows = shop.rows("SELECT on_hand, reserved FROM stock_items WHERE sku = :sku AND vendor = :v", sku=SKU, v=vendor)
    return rows[0][0], rows[0][1]


def moves(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT kind FROM stock_moves ORDER BY id")]


def kinds(shop: Shop, ref: str) -> list[str]:
    return [offer.kind for line in shop.claim(ref).lines for offer in line.offers if offer.state == "live"]


def parcel(shop: Shop) -> str:
    return str(shop.rows("SELECT ref FROM replacements ORDER BY id DESC LIMIT 1")[0][0])


def tell(shop: Shop, ref: str, state: str, reason: str | None = None) -> None:
    follow_parcel(shop.toolkit, replacement_ref=ref, news=ParcelNews(state, reason=reason))


def test_what_is_not_kept_is_sent_again_as_often_as_wanted(shop: Shop) -> None:
    order, ref = lost(shop)

    shop.accept(order, ref, "replacement")

    assert shop.rows("SELECT stock_item_id FROM replacements") == [(None,)]
    assert moves(shop) == []


@pytest.mark.proves("F9", "F14")
def test_a_piece_is_promised_when_it_is_chosen_and_taken_once_when_it_leaves(shop: Shop) -> None:
    count(shop, 3)
    order, ref = lost(shop)

    shop.accept(order, ref, "replacement")
    promised = shelf(shop)
    for state in ("accepted", "shipped", "shipped", "delivered", "refused"):
        tell(shop, parcel(shop), state)
    shop.work()

    assert promised == (3, 1)
    assert shelf(shop) == (2, 0)
    assert moves(shop) == ["count", "reserve", "take"]
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("F9", "F14")
def test_a_warehouse_that_says_no_lets_go_once_and_the_customer_chooses_another_way_once(shop: Shop) -> None:
    count(shop, 3)
    order, ref = lost(shop)
    shop.accept(order, ref, "replacement")

    for _ in range(3):
        tell(shop, parcel(shop), "refused", "broken_on_the_shelf")
    told = kinds(shop, ref)
    shop.accept(order, ref, "refund")
    shop.accept(order, ref, "refund")
    shop.work()

    assert told == ["refund", "store_credit"]
    assert shelf(shop) == (3, 0)
    assert moves(shop) == ["count", "reserve", "release"]
    assert [refund.amount_minor for refund in shop.refunds()] == [5500]
    assert "replacement_failed" in shop.letters(order)
    assert shop.balance("owed_to_customers") == 0


def test_a_warehouse_that_has_none_counts_more_than_the_last_count(shop: Shop) -> None:
    count(shop, 3)
    order, ref = lost(shop)
    shop.accept(order, ref, "replacement")

    tell(shop, parcel(shop), "refused", "out_of_stock")
    _, other = lost(shop)

    assert shelf(shop) == (0, 0)
    assert kinds(shop, other) == ["refund", "store_credit"]


def test_what_is_sold_out_is_not_offered_again_and_the_next_best_comes_first(shop: Shop) -> None:
    count(shop, 1)

    _, ref = lost(shop, quantity=2)

    assert kinds(shop, ref) == ["refund", "store_credit"]
    assert shop.claim(ref).lines[0].verdict["sold_out"] is True


def test_the_shelf_of_the_vendor_goes_before_the_one_of_any(shop: Shop) -> None:
    count(shop, 5)
    count(shop, 0, vendor="acme")

    _, ref = lost(shop)

    assert kinds(shop, ref) == ["refund", "store_credit"]


@pytest.mark.proves("F9", "F14")
def test_the_last_piece_goes_to_one_of_eight_who_want_it_at_once(shop: Shop) -> None:
    count(shop, 1)
    wanting = [lost(shop) for _ in range(8)]
    ready = Barrier(8)

    def choose(one: tuple[AnOrder, str]) -> str:
        ready.wait()
        try:
            shop.accept(*one, "replacement")
        except OutOfStock:
            return "out of stock"
        return "promised"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(choose, wanting))

    assert sorted(answers) == ["out of stock"] * 7 + ["promised"]
    assert shelf(shop) == (1, 1)
    assert shop.rows("SELECT count(*) FROM remedies") == [(1,)]
    assert sorted(shop.claim(ref).state for _, ref in wanting) == ["accepted"] + ["offered"] * 7


def test_who_came_too_late_for_the_last_piece_takes_another_way(shop: Shop) -> None:
    count(shop, 1)
    first, second = lost(shop), lost(shop)
    shop.accept(*first, "replacement")

    with pytest.raises(OutOfStock):
        shop.accept(*second, "replacement")
    shop.accept(*second, "store_credit")
    shop.work()

    assert shop.claim(second[1]).state == "made_whole"


def test_who_has_no_other_way_goes_to_a_person_with_a_deadline(shop: Shop) -> None:
    from_policy(shop, ONLY_AGAIN)
    count(shop, 1)
    first, second = lost(shop), lost(shop)
    shop.accept(*first, "replacement")

    with pytest.raises(OutOfStock):
        shop.accept(*second, "replacement")

    claim = shop.claim(second[1])
    assert (claim.state, claim.lines[0].reason) == ("escalated", "out_of_stock")
    assert shop.answers_by(second[1]) > shop.now()


def test_where_policy_would_only_send_it_again_and_there_is_none_a_person_finds_a_way(shop: Shop) -> None:
    from_policy(shop, ONLY_AGAIN)
    count(shop, 0)

    _, ref = lost(shop)

    assert (shop.claim(ref).state, shop.claim(ref).lines[0].reason) == ("escalated", "out_of_stock")


@pytest.mark.parametrize(("pieces", "says"), [(0, True), (1, False)])
def test_the_first_mail_says_too_that_there_is_none_left(shop: Shop, pieces: int, *, says: bool) -> None:
    count(shop, pieces)
    order, _ = lost(shop)

    shop.work()

    (mail,) = shop.sandbox.mails(order.mailbox)
    for body in (mail["text"], mail["html"]):
        words = " ".join(body.split())
        assert ("We have no more of Blue kettle to send you. Here is what we can do instead" in words) == says


def test_a_refusal_without_another_way_goes_to_a_person(shop: Shop) -> None:
    from_policy(shop, ONLY_AGAIN)
    order, ref = lost(shop)
    shop.accept(order, ref, "replacement")

    tell(shop, parcel(shop), "refused", "out_of_stock")
    shop.work()

    assert shop.claim(ref).state == "escalated"
    assert shop.answers_by(ref) > shop.now()
    assert shop.letters(order)[-1] == "replacement_failed"


@pytest.mark.proves("F9", "F14")
def test_a_count_below_what_is_promised_promises_nothing_more_and_takes_no_more_than_there_is(shop: Shop) -> None:
    count(shop, 2)
    order, ref = lost(shop, quantity=2)
    shop.accept(order, ref, "replacement")

    report = count(shop, 1)
    _, other = lost(shop)
    tell(shop, parcel(shop), "shipped")

    assert report.counted.short == 1
    assert "replacement" not in kinds(shop, other)
    assert shelf(shop) == (0, 0)


def from_policy(shop: Shop, source: str) -> None:
    publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite="It is known.")
