"""Which of two outcomes gives a customer more, where that can be said without a claim."""

from portal.domain.policy.plans import Amount, CustomerCap, OfferPlan
from portal.domain.policy.table import Outcome
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
        _goods(mine, theirs),
        *(_sign(getattr(mine, side), getattr(theirs, side)) for side in ("shipping", "overpaid", "bonus")),
        *(_caps(getattr(mine, cap), getattr(theirs, cap)) for cap in ("cap", "bonus_cap", "claim_cap")),
        _customer_caps(mine.customer_cap, theirs.customer_cap),
    ]
    if mine.rounding != theirs.rounding or None in sides:
        # Which of them gives more lies with the amounts of the claim.
        return -1, 1
    told = [side for side in sides if side is not None]
    return min(told), max(told)


def _goods(mine: OfferPlan, theirs: OfferPlan) -> int | None:
    """Compare shares, or fixed amounts; a share and an amount cannot be compared."""
    if mine.fixed is None and theirs.fixed is None:
        return _sign(mine.goods, theirs.goods)
    if mine.fixed is not None and theirs.fixed is not None:
        return _caps(mine.fixed, theirs.fixed)
    if not (mine.goods if mine.fixed is None else theirs.goods):
        return -1 if mine.fixed is None else 1
    return None


def _customer_caps(mine: CustomerCap | None, theirs: CustomerCap | None) -> int | None:
    if mine is None or theirs is None:
        return (mine is None) - (theirs is None)
    if (mine.window, mine.of_goodwill) != (theirs.window, theirs.of_goodwill):
        return None
    return _caps(mine.most, theirs.most)


def _sign(mine: int, theirs: int) -> int:
    return (mine > theirs) - (mine < theirs)


def _caps(mine: Amount | None, theirs: Amount | None) -> int:
    """Compare caps: no cap is above every cap; where currencies differ in it, the first is called less."""
    if mine is None or theirs is None:
        return (mine is None) - (theirs is None)
    signs = {_sign(mine[currency], theirs[currency]) for currency in mine}
    return -1 if -1 in signs else max(signs)
