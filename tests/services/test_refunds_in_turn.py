"""Refunds that wait: however many there are, each is looked at in its turn, and what was just made crowds out none."""

import pytest

from portal.services.reconcile_refunds import open_refunds
from tests.support.shop import Shop


def waiting(shop: Shop, many: int) -> set[str]:
    return {shop.promised_refund(behaviour="stays_pending")[2] for _ in range(many)}


@pytest.mark.proves("fault 35")
def test_more_than_one_sweep_can_ask_for_are_all_seen_before_any_is_seen_twice(shop: Shop):
    refunds = waiting(shop, 5)
    shop.later(minutes=3)

    sweeps = []
    for _ in range(3):
        sweeps.append(open_refunds(shop.toolkit, limit=2))
        shop.later(minutes=1)

    assert [len(sweep) for sweep in sweeps] == [2, 2, 2]
    assert {ref for sweep in sweeps for ref in sweep} == refunds


@pytest.mark.proves("fault 35")
def test_neither_the_old_nor_the_new_keep_the_others_from_their_turn(shop: Shop):
    old = waiting(shop, 2)
    shop.later(hours=5)
    new = waiting(shop, 2)
    shop.later(minutes=3)

    seen = []
    for _ in range(4):
        seen += open_refunds(shop.toolkit, limit=1)
        shop.later(minutes=1)

    assert sorted(seen) == sorted(old | new)


def test_what_is_new_is_seen_each_minute_and_what_is_old_every_ten(shop: Shop):
    (refund,) = waiting(shop, 1)

    def minutes_seen(many: int) -> list[int]:
        seen = []
        for minute in range(many):
            shop.later(minutes=1)
            seen += [minute + 1] if open_refunds(shop.toolkit) == [refund] else []
        return seen

    assert minutes_seen(12) == list(range(3, 13))
    shop.later(hours=1)
    assert minutes_seen(31) == [1, 11, 21, 31]


def test_a_refund_that_is_being_settled_is_left_to_the_next_sweep_and_waits_for_nobody(shop: Shop):
    (refund,) = waiting(shop, 1)
    shop.later(minutes=3)

    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("SELECT id FROM refunds FOR UPDATE")
        meanwhile = open_refunds(shop.toolkit)

    assert (meanwhile, open_refunds(shop.toolkit)) == ([], [refund])
