"""Stock as rules: what is free, what a choice takes, and what each occasion changes."""

import pytest

from portal.domain.errors import AmendsError, OutOfStock
from portal.domain.stock import (
    Free,
    MoveKind,
    Shelf,
    Shelves,
    after,
    count,
    lacking,
    moves_of_refusal,
    release,
    reserve,
    take,
)


def a_shelf(on_hand: int = 5, reserved: int = 2, *, vendor: str = "", item_id: int = 1) -> Shelf:
    return Shelf(item_id, "SKU-1", vendor, on_hand, reserved)


@pytest.mark.parametrize(("on_hand", "reserved", "free"), [(5, 2, 3), (2, 2, 0), (1, 2, 0), (0, 0, 0)])
def test_what_is_promised_is_not_free(on_hand: int, reserved: int, free: int) -> None:
    assert a_shelf(on_hand, reserved).free == free


def test_a_choice_takes_from_the_vendors_own_shelf_first() -> None:
    shelves = Shelves([a_shelf(9, 0), a_shelf(1, 0, vendor="acme", item_id=2)])

    assert shelves.take("SKU-1", "acme", 1) == 2
    assert shelves.take("SKU-1", "other", 1) == 1
    with pytest.raises(OutOfStock):
        shelves.take("SKU-1", "acme", 1)


def test_what_is_not_kept_comes_from_no_shelf() -> None:
    assert Shelves([a_shelf()]).take("SKU-2", "", 999) is None


def test_lines_that_share_a_shelf_are_served_in_their_order() -> None:
    free = {10: Free(1, 3), 11: Free(1, 3), 12: Free(2, 0)}

    assert lacking({10: 2, 11: 2, 12: 1, 13: 7}, free) == {11, 12}


def test_a_promise_that_leaves_or_is_let_go_ends_where_it_began() -> None:
    shelf = a_shelf(5, 0)

    promised = after(shelf, [reserve(1, 2, "RPL-1")])
    let_go = after(promised, [release(1, 2, "RPL-1")])
    gone = after(promised, [take(promised, 2, "RPL-1")])

    assert (promised.on_hand, promised.reserved) == (5, 2)
    assert (let_go.on_hand, let_go.reserved) == (5, 0)
    assert (gone.on_hand, gone.reserved) == (3, 0)


def test_no_more_is_taken_than_a_count_has_found() -> None:
    shelf = a_shelf(1, 2)

    left = after(shelf, [take(shelf, 2, "RPL-1")])

    assert (left.on_hand, left.reserved) == (0, 0)


def test_a_warehouse_that_has_none_leaves_only_what_is_promised_to_others() -> None:
    shelf = a_shelf(9, 3)

    moves = moves_of_refusal(shelf, 1, "RPL-1", "out_of_stock")

    assert [move.kind for move in moves] == [MoveKind.RELEASE, MoveKind.COUNT]
    assert (after(shelf, moves).on_hand, after(shelf, moves).free) == (2, 0)


def test_any_other_no_of_a_warehouse_only_lets_go() -> None:
    assert [move.kind for move in moves_of_refusal(a_shelf(), 1, "RPL-1", "address")] == [MoveKind.RELEASE]


def test_nothing_is_counted_below_zero() -> None:
    with pytest.raises(AmendsError):
        count(a_shelf(), -1, "STK-1")
