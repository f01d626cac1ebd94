"""Which lots pay, how much is free, and how long it can be set aside."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.credit import (
    HOLD_LASTS,
    LiveHold,
    Lot,
    ShortOfCredit,
    available,
    held_until,
    new_code,
    read_code,
    spend_plan,
)
from portal.domain.errors import BadAmount, CurrencyMismatch
from portal.domain.money import Money, total

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def brl(minor: int) -> Money:
    return Money(minor, "BRL")


def a_lot(ref: str, minor: int, *, expires_in: int | None = None, age_days: int = 1) -> Lot:
    """Make a lot; expires_in in minutes from noon."""
    expires_at = None if expires_in is None else NOON + timedelta(minutes=expires_in)
    return Lot(ref, brl(minor), NOON - timedelta(days=age_days), expires_at)


def paid_by(lots: list[Lot], minor: int) -> list[tuple[str, int]]:
    return [(lot.ref, part.minor) for lot, part in spend_plan(lots, brl(minor), NOON)]


def test_the_soonest_expiry_pays_first_then_the_oldest_and_the_never_expiring_last():
    lots = [
        a_lot("never-new", 10),
        a_lot("never-old", 10, age_days=9),
        a_lot("late", 10, expires_in=90),
        a_lot("soon-new", 10, expires_in=60),
        a_lot("soon-old", 10, expires_in=60, age_days=9),
    ]

    assert paid_by(lots, 45) == [
        ("soon-old", 10),
        ("soon-new", 10),
        ("late", 10),
        ("never-old", 10),
        ("never-new", 5),
    ]


def test_a_lot_whose_moment_has_come_pays_nothing():
    lots = [a_lot("over", 50, expires_in=0), a_lot("good", 20, expires_in=1)]

    assert paid_by(lots, 20) == [("good", 20)]
    with pytest.raises(ShortOfCredit) as short:
        spend_plan(lots, brl(21), NOON)
    assert short.value.available == brl(20)


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_or_less_is_neither_spent_nor_set_aside(minor: int):
    with pytest.raises(BadAmount):
        spend_plan([a_lot("a", 10)], brl(minor), NOON)
    with pytest.raises(BadAmount):
        held_until([a_lot("a", 10)], [], brl(minor), NOON)


def test_two_currencies_never_meet():
    with pytest.raises(CurrencyMismatch):
        spend_plan([a_lot("a", 10)], Money(5, "EUR"), NOON)


def test_what_is_set_aside_is_not_free_until_its_time_is_over():
    lots, hold = [a_lot("a", 100)], LiveHold(brl(60), NOON + timedelta(minutes=5))

    assert available(lots, [hold], "BRL", NOON) == brl(40)
    assert available(lots, [hold], "BRL", NOON + timedelta(minutes=5)) == brl(100)


def test_more_than_what_is_free_is_not_set_aside():
    hold = LiveHold(brl(60), NOON + timedelta(minutes=5))

    with pytest.raises(ShortOfCredit) as short:
        held_until([a_lot("a", 100)], [hold], brl(41), NOON)

    assert short.value.available == brl(40)


def test_a_hold_lasts_half_an_hour():
    assert held_until([a_lot("a", 100)], [], brl(100), NOON) == NOON + timedelta(minutes=30)


def test_a_hold_ends_when_a_lot_that_it_needs_expires():
    lots = [a_lot("soon", 50, expires_in=10), a_lot("never", 50)]

    assert held_until(lots, [], brl(50), NOON) == NOON + timedelta(minutes=30)
    assert held_until(lots, [], brl(51), NOON) == NOON + timedelta(minutes=10)


minutes = st.integers(1, 60)
lots_of_a_test = st.lists(st.tuples(st.integers(1, 50), st.none() | minutes), min_size=1, max_size=5)
steps_of_a_test = st.lists(
    st.tuples(st.sampled_from(["hold", "capture", "release", "wait"]), st.integers(1, 60)), max_size=25
)


@given(lots_of_a_test, steps_of_a_test)
def test_a_live_hold_can_always_be_captured_whole_whatever_happened_before(
    given_lots: list[tuple[int, int | None]], steps: list[tuple[str, int]]
):
    lots = [a_lot(f"{n}", minor, expires_in=expires) for n, (minor, expires) in enumerate(given_lots)]
    holds: list[LiveHold] = []
    now = NOON
    for action, size in steps:
        holds = [hold for hold in holds if now < hold.expires_at]
        if action == "wait":
            now += timedelta(minutes=size % 20)
        elif action == "hold" and brl(size) <= available(lots, holds, "BRL", now):
            holds.append(LiveHold(brl(size), held_until(lots, holds, brl(size), now)))
        elif holds and action == "release":
            holds.pop(size % len(holds))
        elif holds and action == "capture":
            hold = holds.pop(size % len(holds))
            lots = _spent(lots, hold.amount, now)
        live = total([hold.amount for hold in holds if now < hold.expires_at], "BRL")
        assert all(now < hold.expires_at <= now + HOLD_LASTS for hold in holds) or action == "wait"
        assert live <= available(lots, [], "BRL", now)


def _spent(lots: list[Lot], amount: Money, now: datetime) -> list[Lot]:
    paid = {lot.ref: part for lot, part in spend_plan(lots, amount, now)}
    return [Lot(lot.ref, lot.left - paid.get(lot.ref, brl(0)), lot.issued_at, lot.expires_at) for lot in lots]


@given(lots_of_a_test, st.integers(1, 300))
def test_a_plan_pays_exactly_what_is_asked_and_no_lot_more_than_it_has(
    given_lots: list[tuple[int, int | None]], minor: int
):
    lots = [a_lot(f"{n}", size, expires_in=expires) for n, (size, expires) in enumerate(given_lots)]
    if available(lots, [], "BRL", NOON) < brl(minor):
        return

    plan = spend_plan(lots, brl(minor), NOON)

    assert total([part for _, part in plan], "BRL") == brl(minor)
    assert all(brl(0) < part <= lot.left for lot, part in plan)


def test_a_code_is_three_groups_of_four_and_no_two_are_alike():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 14 and code[4] == code[9] == "-" for code in codes)


@pytest.mark.parametrize("typed", ["ACDE-FGHJ-KMNP", "acdefghjkmnp", " acde fghj\tkmnp ", "AC-DE-FG-HJ-KM-NP"])
def test_a_code_is_read_as_people_type_it(typed: str):
    assert read_code(typed) == "ACDE-FGHJ-KMNP"


@pytest.mark.parametrize(
    "typed", ["", "ACDE-FGHJ-KMN", "ACDE-FGHJ-KMNPP", "ACDE-FGHJ-KMNO", "ÀCDE-FGHJ-KMNP", "A" * 5000, "\x00" * 12]
)
def test_what_cannot_be_a_code_is_none(typed: str):
    assert read_code(typed) is None
