"""Which of two outcomes gives a customer more, where that can be said without a claim."""

from collections.abc import Mapping

from portal.domain.policy.table import OfferPlan, Outcome
from portal.domain.policy.verdict import OutcomeKind


def kinder(one: Outcome, other: Outcome) -> bool:
    """Tell whether the first gives more: anything beside a no; of offers, none less and one more."""
    if other.kind is OutcomeKind.DECLINE:
        return one.kind is not OutcomeKind.DECLINE
    if one.kind is not OutcomeKind.OFFER or other.kind is not OutcomeKind.OFFER:
        return False
    mine, theirs = ({plan.kind: plan for plan in outcome.plans} for outcome in (one, other))
    if not mine.keys() >= theirs.keys():
        return False
    compared = [_compared(mine[kind], theirs[kind]) for kind in theirs]
    return all(least >= 0 for least, _ in compared) and (
        mine.keys() > theirs.keys() or any(most > 0 for _, most in compared)
    )


def _compared(mine: OfferPlan, theirs: OfferPlan) -> tuple[int, int]:
    """Give the least and the most by which any side of a plan is more than of another, in no unit."""
    sides = [
        _sign(getattr(mine, side), getattr(theirs, side)) for side in ("goods", "shipping", "overpaid", "bonus")
    ] + [_caps(mine.cap, theirs.cap), _caps(mine.bonus_cap, theirs.bonus_cap)]
    return min(sides), max(sides)


def _sign(mine: int, theirs: int) -> int:
    return (mine > theirs) - (mine < theirs)


def _caps(mine: Mapping[str, int] | None, theirs: Mapping[str, int] | None) -> int:
    """Compare caps: no cap is above every cap; where currencies differ in it, the first is called less."""
    if mine is None or theirs is None:
        return (mine is None) - (theirs is None)
    signs = {_sign(mine[currency], theirs[currency]) for currency in mine}
    return -1 if -1 in signs else max(signs)
