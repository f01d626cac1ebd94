"""Which lots pay, how much is free, and how long it can be set aside."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.credit import (
    GRACE,
    HOLD_LASTS,
    LiveHold,
    Lot,
    MoreThanCaptured,
    Origin,
    ShortOfCredit,
    Taken,
    available,
    check_free,
    give_back_plan,
    new_code,
    new_end,
    over_and_free,
    read_code,
    reversible,
    spend_plan,
)
from portal.domain.credit_rules import account_of_rest, ends_at
from portal.domain.errors import BadAmount, CurrencyMismatch
from portal.domain.journal import Account
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


@pytest.mark.proves("L5")
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


@pytest.mark.proves("L6")
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
        check_free([a_lot("a", 10)], [], brl(minor), NOON)


def test_two_currencies_never_meet():
    with pytest.raises(CurrencyMismatch):
        spend_plan([a_lot("a", 10)], Money(5, "EUR"), NOON)


def a_hold(minor: int, *, made: int = 0, until: int = 30) -> LiveHold:
    """Make a hold; both in minutes from noon."""
    return LiveHold(brl(minor), NOON + timedelta(minutes=made), NOON + timedelta(minutes=until))


def test_what_is_set_aside_is_not_free_until_its_time_is_over():
    lots, hold = [a_lot("a", 100)], a_hold(60, until=5)

    assert available(lots, [hold], "BRL", NOON) == brl(40)
    assert available(lots, [hold], "BRL", NOON + timedelta(minutes=5)) == brl(100)


def test_more_than_what_is_free_is_not_set_aside():
    with pytest.raises(ShortOfCredit) as short:
        check_free([a_lot("a", 100)], [a_hold(60)], brl(41), NOON)

    assert short.value.available == brl(40)


def test_a_hold_keeps_credit_that_ends_while_it_is_held_and_leaves_the_rest_free():
    lots, later = [a_lot("soon", 50, expires_in=10), a_lot("never", 50)], NOON + timedelta(minutes=10)

    assert available(lots, [a_hold(50)], "BRL", later) == brl(50)
    assert available(lots, [a_hold(70)], "BRL", later) == brl(30)
    assert available(lots, [], "BRL", later) == brl(50)
    assert spend_plan(lots, brl(70), NOON) == [(lots[0], brl(50)), (lots[1], brl(20))]


def test_a_hold_made_after_the_end_of_a_lot_takes_nothing_of_what_an_older_one_keeps():
    lots, later = [a_lot("soon", 50, expires_in=10), a_lot("never", 50)], NOON + timedelta(minutes=11)

    with pytest.raises(ShortOfCredit) as short:
        check_free(lots, [a_hold(50), a_hold(30, made=11, until=41)], brl(21), later)

    assert short.value.available == brl(20)


def test_a_lot_that_is_over_waits_for_the_holds_that_may_take_from_it():
    lots = [a_lot("over", 50, expires_in=10), a_lot("open", 50, expires_in=40)]
    later = NOON + timedelta(minutes=20)

    assert over_and_free(lots, [a_hold(1)], later) == []
    assert over_and_free(lots, [a_hold(1, until=20), a_hold(1, made=10, until=40)], later) == lots[:1]


def test_what_is_promised_to_a_checkout_is_not_taken_back():
    lots = [a_lot("soon", 50, expires_in=10), a_lot("never", 50)]
    later = NOON + timedelta(minutes=11)

    assert reversible(lots[1], lots, [a_hold(70)], NOON) == brl(30)
    assert reversible(lots[1], lots, [a_hold(70)], later) == brl(30)
    assert reversible(lots[0], lots, [a_hold(20, made=11, until=41)], later) == brl(50)
    assert reversible(lots[1], lots, [], later) == brl(50)


def test_what_ends_last_goes_back_first():
    soon, never = a_lot("soon", 0, expires_in=9), a_lot("never", 0)
    taken = [Taken(soon, brl(30)), Taken(never, brl(20))]

    plan = give_back_plan(taken, brl(25))

    assert [(one.lot.ref, part.minor) for one, part in plan] == [("never", 20), ("soon", 5)]
    with pytest.raises(MoreThanCaptured) as more:
        give_back_plan(taken, brl(51))
    assert more.value.left == brl(50)


def test_what_comes_back_lasts_for_the_grace_at_least():
    long, short = a_lot("long", 0, expires_in=60 * 24 * 31), a_lot("short", 0, expires_in=60)

    assert new_end(Taken(a_lot("never", 0), brl(1)), NOON) is None
    assert new_end(Taken(long, brl(1)), NOON) is None
    assert new_end(Taken(short, brl(1)), NOON) == NOON + GRACE
    assert new_end(Taken(long, brl(1), ended=True), NOON) == NOON + GRACE


def test_by_default_credit_never_ends_and_a_rest_is_breakage():
    for market in ("BR", "DE", "nowhere"):
        for origin in Origin:
            assert ends_at(market, origin, NOON) is None
            assert account_of_rest(market, origin) is Account.BREAKAGE


def test_what_was_paid_for_is_kept_apart_where_the_market_wants_it():
    assert account_of_rest("US", Origin.PAID_VALUE) is Account.UNCLAIMED_PROPERTY
    assert account_of_rest("US", Origin.GOODWILL) is Account.BREAKAGE


minutes = st.integers(1, 60)
lots_of_a_test = st.lists(st.tuples(st.integers(1, 50), st.none() | minutes), min_size=1, max_size=5)
steps_of_a_test = st.lists(
    st.tuples(st.sampled_from(["hold", "capture", "release", "wait", "end", "reverse"]), st.integers(1, 60)),
    max_size=25,
)


@pytest.mark.proves("L3")
@given(lots_of_a_test, steps_of_a_test)
def test_a_live_hold_can_always_be_captured_whole_whatever_happened_before(
    given_lots: list[tuple[int, int | None]], steps: list[tuple[str, int]]
):
    lots = [a_lot(f"{n}", minor, expires_in=expires) for n, (minor, expires) in enumerate(given_lots)]
    holds: list[LiveHold] = []
    now = NOON
    for action, size in steps:
        now += timedelta(minutes=size % 20 if action == "wait" else 0)
        holds = [hold for hold in holds if now < hold.expires_at]
        lots, holds = _stepped(action, size, lots, holds, now)
        left = lots
        # In whatever order they are captured: the oldest first, or the youngest, which may take the least.
        for hold in sorted(holds, key=lambda hold: hold.made_at, reverse=size % 2 == 0):
            left = _spent(left, hold.amount, hold.made_at)
        free = total([lot.left for lot in left if lot.is_spendable(now)], "BRL")
        assert brl(0) <= available(lots, holds, "BRL", now) == free


def _stepped(
    action: str, size: int, lots: list[Lot], holds: list[LiveHold], now: datetime
) -> tuple[list[Lot], list[LiveHold]]:
    """Do what a step asks for, where it can be done."""
    amount, one, of_them = brl(size), lots[size % len(lots)], size % max(len(holds), 1)
    if action == "hold" and amount <= available(lots, holds, "BRL", now):
        return lots, [*holds, LiveHold(amount, now, now + HOLD_LASTS)]
    if action == "end":
        over = {lot.ref: lot.left for lot in over_and_free(lots, holds, now)}
        return _less(lots, over), holds
    if action == "reverse":
        return _less(lots, {one.ref: reversible(one, lots, holds, now)}), holds
    if holds and action in {"capture", "release"}:
        hold = holds[of_them]
        rest = holds[:of_them] + holds[of_them + 1 :]
        return (_spent(lots, hold.amount, hold.made_at) if action == "capture" else lots), rest
    return lots, holds


def _spent(lots: list[Lot], amount: Money, since: datetime) -> list[Lot]:
    return _less(lots, {lot.ref: part for lot, part in spend_plan(lots, amount, since)})


def _less(lots: list[Lot], parts: dict[str, Money]) -> list[Lot]:
    return [Lot(lot.ref, lot.left - parts.get(lot.ref, brl(0)), lot.issued_at, lot.expires_at) for lot in lots]


@pytest.mark.proves("L5")
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
