"""Random histories of credit against a model, step by step; then the same kinds of steps from many threads at once."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.errors import AmendsError
from portal.records.credit_liability import balance, liability
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.expire_lots import expire_lots
from tests.support.credit_model import Held, Model
from tests.support.credit_shop import CreditShop, key, shop

__all__ = ["key", "shop"]

T = TypeVar("T")
NUMBERS = itertools.count()
AT_ONCE = ("buy", "back", "buy", "leave", "end", "buy", "reverse")
DAYS = st.none() | st.integers(1, 45)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.integers(1, 30), DAYS),
        st.tuples(
            st.sampled_from(["hold", "capture", "release", "give_back", "reverse"]),
            st.integers(1, 30),
            st.integers(0, 9),
        ),
        st.tuples(st.just("end"), st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 20), st.sampled_from([1, 60 * 24])),
    ),
    min_size=4,
    max_size=24,
)


class History:
    """One customer's credit, in the portal and in the model."""

    def __init__(self, shop: CreditShop, key: int) -> None:
        self.shop, self.key, self.customer, self.model = shop, key, shop.customer(), Model()
        self.remedies: list[str] = []
        self.grant(20, None)
        self.code = shop.code(self.customer)

    @property
    def now(self) -> datetime:
        return self.shop.now

    def grant(self, minor: int, days: int | None) -> None:
        ends = None if days is None else self.shop.now + timedelta(days=days)
        remedy = f"RMD-{self.customer}-{len(self.remedies)}"
        self.shop.wait(seconds=1)
        self.shop.grant(self.customer, minor, source=remedy, expires_at=ends)
        self.model.grant(remedy, minor, ends)
        self.remedies.append(remedy)

    def hold(self, minor: int, _: int) -> None:
        fits = minor <= self.model.free(self.now)
        ref = _refused(lambda: self.shop.hold(self.key, self.code, minor).ref)
        assert (ref is not None) == fits
        if ref:
            self.model.holds[ref] = Held(minor, self.now, self.now + timedelta(minutes=30))

    def _nth(self, n: int, *states: str) -> str | None:
        refs = [ref for ref, hold in self.model.holds.items() if hold.state in states]
        return refs[n % len(refs)] if refs else None

    def capture(self, minor: int, n: int) -> None:
        ref = self._nth(n, "held")
        if ref is not None:
            minor = min(minor, self.model.holds[ref].amount)
            done = _refused(lambda: self.shop.capture(self.key, ref, f"0.{minor:02}"))
            assert (done is not None) == self.model.capture(ref, minor, self.now)

    def release(self, _: int, n: int) -> None:
        ref = self._nth(n, "held")
        if ref is not None:
            self.shop.release(self.key, ref)
            self.model.holds[ref].state = "released"

    def give_back(self, minor: int, n: int) -> None:
        ref = self._nth(n, "captured")
        if ref is not None:
            source = f"cancelled {next(NUMBERS)}"
            done = _refused(lambda: self.shop.give_back(self.key, ref, f"0.{minor:02}", source=source))
            assert (done is not None) == self.model.give_back(ref, minor, self.now)

    def reverse(self, _: int, n: int) -> None:
        remedy = self.remedies[n % len(self.remedies)]
        came = self.shop.reverse(remedy, f"an error {next(NUMBERS)}")
        assert came.taken.minor == self.model.reverse(remedy, self.now)

    def end(self, _: int, __: int) -> None:
        expire_lots(self.shop.toolkit)
        self.model.end(self.now)

    def wait(self, many: int, minutes: int) -> None:
        self.shop.wait(minutes=many * minutes)
        expire_credit_holds(self.shop.toolkit)

    def agrees(self) -> None:
        assert self.shop.free(self.customer) == self.model.free(self.now)
        (statement,) = self.shop.statements(self.customer)
        booked = self.shop.booked("breakage")
        assert -sum(booked.get(lot.ref, 0) for lot in statement.lots) == self.model.breakage


def _refused(act: Callable[[], T]) -> T | None:
    try:
        return act()
    except AmendsError:
        return None


@pytest.mark.proves("L3", "L4", "L5", "L6")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_ledger_says_what_the_model_says(
    shop: CreditShop, key: int, steps: list[tuple[str, int, int]]
):
    history = History(shop, key)

    for action, size, more in steps:
        getattr(history, action)(size, more)
        history.agrees()

    history.end(0, 0)
    history.agrees()
    shop.check_invariants()


@pytest.mark.proves("L3", "L10", "fault 54")
def test_the_same_steps_from_many_threads_leave_every_sum_right(shop: CreditShop, key: int):
    customer = shop.customer()
    for n in range(6):
        ends = shop.now + timedelta(minutes=1) if n < 2 else None
        shop.grant(customer, 500, source=f"RMD-{n}", expires_at=ends)
    code, taken = shop.code(customer), []

    def act(seed: int) -> None:
        step, minor = AT_ONCE[seed % len(AT_ONCE)], 1 + seed * 37 % 150
        if step in {"buy", "leave"}:
            ref = _refused(lambda: shop.hold(key, code, minor).ref)
            if ref:
                (shop.capture if step == "buy" else shop.release)(key, ref)
                taken.append(ref)
        elif step == "back" and taken:
            _refused(lambda: shop.give_back(key, taken[seed % len(taken)], source=f"{seed % 5}"))
        elif step == "reverse":
            shop.reverse(f"RMD-{seed % 6}", f"{seed % 7}")
        elif step == "end":
            shop.wait(seconds=10)
            expire_lots(shop.toolkit)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(act, range(140)))

    assert shop.free(customer) >= 0
    shop.check_invariants()


@pytest.mark.proves("L8")
def test_the_liability_of_any_past_day_is_what_accounts_held_then_and_stays(shop: CreditShop, key: int):
    customer, first = shop.customer(), shop.now.date()
    shop.grant(customer, 900, source="RMD-1", expires_at=shop.now + timedelta(days=4))
    shop.grant(customer, 100, source="RMD-2")
    code, seen = shop.code(customer), []

    for day in range(6):
        ref = _refused(lambda: shop.hold(key, code, 100).ref)
        if ref:
            shop.capture(key, ref)
        if day == 2 and ref:
            shop.give_back(key, ref)
        if day == 3:
            shop.reverse("RMD-2")
        seen.append(_owed(shop, first, day))
        shop.wait(days=1)
        expire_lots(shop.toolkit)

    after = [_owed(shop, first, day) for day in range(6)]
    assert after == seen == [900, 800, 800, 600, 0, 0]
    (statement,) = shop.statements(customer)
    with shop.toolkit.reading() as session:
        (roll,) = liability(session, first + timedelta(days=1), first + timedelta(days=4))
        held = [
            balance(session, statement.account_ref, first + timedelta(days=day), str(shop.toolkit.zone))
            for day in range(6)
        ]
    assert [one.minor for one in held if one is not None] == after
    assert roll.opening + sum(roll.moves.values(), start=roll.opening - roll.opening) == roll.closing


def _owed(shop: CreditShop, first: date, days: int) -> int:
    day = first + timedelta(days=days)
    with shop.toolkit.reading() as session:
        return sum(roll.closing.minor for roll in liability(session, day, day))
