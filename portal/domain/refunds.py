"""The life of one refund row, and how a sum is split over the payments that can take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from portal.domain.errors import IllegalMove
from portal.domain.money import Money, card_step, zero
from portal.domain.ports import ProviderState


class RefundState(StrEnum):
    """Where a refund row stands. Unknown means that no clear answer came; it still counts as spent."""

    REQUESTED = "requested"
    SENT = "sent"
    UNKNOWN = "unknown"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    REFUSED = "refused"
    BLOCKED_BY_DISPUTE = "blocked_by_dispute"


_S = RefundState
_FROM_PROVIDER = frozenset({_S.PENDING, _S.REQUIRES_ACTION, _S.SUCCEEDED, _S.FAILED, _S.CANCELED})
_NO_ANSWER = frozenset({_S.UNKNOWN, _S.REFUSED, _S.BLOCKED_BY_DISPUTE})

MOVES: dict[RefundState, frozenset[RefundState]] = {
    _S.REQUESTED: frozenset({_S.SENT}) | _FROM_PROVIDER | _NO_ANSWER,
    _S.SENT: _FROM_PROVIDER | _NO_ANSWER,
    _S.UNKNOWN: frozenset({_S.SENT}) | _FROM_PROVIDER | _NO_ANSWER,
    _S.PENDING: _FROM_PROVIDER - {_S.PENDING},
    _S.REQUIRES_ACTION: _FROM_PROVIDER - {_S.REQUIRES_ACTION},
    # A bank may send the money back days later.
    _S.SUCCEEDED: frozenset({_S.FAILED}),
    _S.FAILED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.BLOCKED_BY_DISPUTE: frozenset(),
}

# A refund in one of these has given its capacity back; every other one counts as spent.
DEAD = frozenset({_S.FAILED, _S.CANCELED, _S.REFUSED, _S.BLOCKED_BY_DISPUTE})
# The reason of a refund whose key the provider knows with other parameters: stopped, and never called again.
STOPPED = "key_misused"
# The reason of a refund that a person gave up, because the provider's list does not have it.
NOT_THERE = "not_there"
# A refund that waits for its customer: when they are reminded, and when a person takes over, by when to act.
REMIND_AFTER = (timedelta(days=3), timedelta(days=7))
TO_PERSON_AFTER, PERSON_ACTS_WITHIN = timedelta(days=10), timedelta(days=2)
# Nothing more is expected, short of a late failure.
AT_REST = DEAD | {_S.SUCCEEDED}


def next_refund_state(state: RefundState, wanted: RefundState) -> RefundState:
    """Tell the state after a piece of news; the same news twice changes nothing; raise IllegalMove for the rest."""
    if wanted is state:
        return state
    if wanted not in MOVES[state]:
        raise IllegalMove(f"a refund does not go from {state} to {wanted}")
    return wanted


def from_provider(state: ProviderState) -> RefundState:
    """Name the provider's state as ours."""
    return RefundState(state.value)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one payment can still take back. reachable: a card payment whose provider reference is known."""

    payment_id: int
    left: Money
    reachable: bool


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """How a sum goes back: parts to payments, and the rest, which no card can take, as store credit."""

    to_payments: tuple[tuple[int, Money], ...]
    as_credit: Money


def plan_refund(amount: Money, capacities: Sequence[Capacity], *, step: int | None = None) -> RefundPlan:
    """Split a sum over the reachable payments, the largest capacity first; what none can take goes to credit.

    step: what each part is a multiple of; that of cards unless told.
    """
    parts: list[tuple[int, Money]] = []
    left, whole = amount, step or card_step(amount.currency)
    for capacity in sorted(capacities, key=lambda c: (-c.left.minor, c.payment_id)):
        most = min(left, capacity.left).minor if capacity.reachable and capacity.left.minor > 0 else 0
        if part := Money(most - most % whole, amount.currency):
            parts.append((capacity.payment_id, part))
            left = left - part
    return RefundPlan(tuple(parts), left or zero(amount.currency))


class Purse:
    """What the payments of an order can still take back, while several remedies of one choice draw on it."""

    def __init__(self, capacities: Sequence[Capacity]) -> None:
        """Start with what the order was read to have."""
        self._capacities = list(capacities)

    def plan(self, amount: Money) -> RefundPlan:
        """Plan a refund and take its parts out."""
        plan = plan_refund(amount, self._capacities)
        parts = dict(plan.to_payments)
        self._capacities = [
            replace(capacity, left=capacity.left - parts[capacity.payment_id])
            if capacity.payment_id in parts
            else capacity
            for capacity in self._capacities
        ]
        return plan
