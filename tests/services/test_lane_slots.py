"""A slow database makes slots of the lane come late and not be lost: those are scarce just when it is slow."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from portal.domain.lane import Offset
from portal.services.enter_lane import enter_lane, wait_for_slot
from tests.support.shop import Shop


@contextmanager
def slow(shop: Shop, seconds: float) -> Iterator[list[float]]:
    """Let each answer of the database take so long to come, and give the moments at which it was asked for a slot."""
    taken: list[float] = []

    def wait(*_: Any) -> None:
        taken.append(time.monotonic())
        time.sleep(seconds)

    with shop.toolkit.reading() as session:
        engine = session.get_bind()
    # The connection goes back once the answer is there, and before anybody sees it.
    event.listen(engine, "checkin", wait)
    try:
        yield taken
    finally:
        event.remove(engine, "checkin", wait)


@pytest.mark.proves("fault 42")
def test_a_call_in_a_busy_lane_takes_one_slot_however_slow_the_database_answers(shop: Shop) -> None:
    for _ in range(10):
        enter_lane(shop.toolkit)

    with slow(shop, 0.1) as taken:
        leaving = wait_for_slot(shop.toolkit, enter_lane(shop.toolkit))
        left_at = time.monotonic()

    assert len(taken) == 1
    assert left_at >= leaving.due_at
    assert leaving.leaves_at - leaving.due_at < 0.1


def test_a_call_in_an_empty_lane_takes_one_more_slot_where_the_database_is_slow(shop: Shop) -> None:
    enter_lane(shop.toolkit)
    time.sleep(0.2)

    with slow(shop, 0.1) as taken:
        wait_for_slot(shop.toolkit, enter_lane(shop.toolkit))

    assert len(taken) == 2


def test_what_quick_answers_tell_of_the_clocks_is_kept_and_slow_ones_add_nothing() -> None:
    quick, slow_one = Offset(1.000, 1.002, 10.0), Offset(0.9, 1.1, 11.0)

    known = quick.narrowed(slow_one)

    assert (round(known.low, 4), round(known.high, 4), known.known_at) == (0.999, 1.003, 11.0)
    assert quick.narrowed(Offset(1.001, 1.01, 10.0)) == Offset(1.001, 1.002, 10.0)


def test_where_a_clock_was_set_only_what_was_learned_since_counts() -> None:
    newer = Offset(5.0, 5.1, 12.0)

    assert Offset(1.0, 1.1, 10.0).narrowed(newer) == newer
