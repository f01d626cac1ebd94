"""The life of a refund, and how a sum is split over payments."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.errors import IllegalMove
from portal.domain.money import Money, total
from portal.domain.refunds import AT_REST, DEAD, MOVES, Capacity, RefundState, next_refund_state, plan_refund


@pytest.mark.proves("F1", "bug 24")
@pytest.mark.parametrize(("state", "wanted"), list(itertools.product(RefundState, RefundState)))
def test_every_pair_of_states_is_either_listed_or_refused(state: RefundState, wanted: RefundState) -> None:
    if wanted is state or wanted in MOVES[state]:
        assert next_refund_state(state, wanted) is wanted
    else:
        with pytest.raises(IllegalMove):
            next_refund_state(state, wanted)


@pytest.mark.proves("F2", "bug 24")
def test_a_refund_that_succeeded_may_only_fail_later() -> None:
    assert MOVES[RefundState.SUCCEEDED] == {RefundState.FAILED}
    assert all(not MOVES[state] for state in DEAD)
    assert RefundState.UNKNOWN not in AT_REST


CAPACITIES = some.lists(some.tuples(some.integers(0, 10_000), some.booleans()), max_size=9)


@pytest.mark.proves("M7", "M12", "bug 41")
@given(some.integers(0, 50_000), CAPACITIES)
def test_the_parts_add_up_and_none_is_above_its_payment(amount: int, given_capacities) -> None:
    capacities = [Capacity(n, Money(left, "EUR"), reach) for n, (left, reach) in enumerate(given_capacities)]

    plan = plan_refund(Money(amount, "EUR"), capacities)

    assert total([part for _, part in plan.to_payments], "EUR") + plan.as_credit == Money(amount, "EUR")
    for payment_id, part in plan.to_payments:
        assert 0 < part.minor <= capacities[payment_id].left.minor
        assert capacities[payment_id].reachable


@pytest.mark.proves("M11", "bug 36")
def test_a_card_takes_three_decimals_in_tens_and_what_is_less_comes_as_credit() -> None:
    capacities = [Capacity(1, Money(5_000, "KWD"), True), Capacity(2, Money(2_004, "KWD"), True)]

    plan = plan_refund(Money(6_667, "KWD"), capacities)

    assert plan.to_payments == ((1, Money(5_000, "KWD")), (2, Money(1_660, "KWD")))
    assert plan.as_credit == Money(7, "KWD")
    assert plan_refund(Money(9, "KWD"), capacities).to_payments == ()


def test_the_largest_capacity_comes_first() -> None:
    capacities = [Capacity(1, Money(30, "EUR"), True), Capacity(2, Money(50, "EUR"), True)]

    plan = plan_refund(Money(60, "EUR"), capacities)

    assert plan.to_payments == ((2, Money(50, "EUR")), (1, Money(10, "EUR")))
