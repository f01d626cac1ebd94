"""Which of two outcomes gives a customer more, where that can be said without a claim, and of which claims it is so."""

from collections.abc import Iterator, Mapping

from portal.domain.offers import RemedyKind
from portal.domain.policy.plans import Amount, CustomerCap, OfferPlan
from portal.domain.policy.proof.clauses import Holds, at_least, below
from portal.domain.policy.table import Outcome
from portal.domain.policy.verdict import OutcomeKind
from portal.domain.reasons import Alternative

Where = Mapping[str, Holds]
"""What a claim must be like, by fact; of any claim where empty."""
_ANYWHERE: Where = {}
_WHOLE = 10_000


def kinder_where(one: Outcome, other: Outcome) -> Iterator[Where]:
    """Give of which claims the first outcome gives more than the other: each that it names will do.

    Money can only go back where some was paid and is not back yet. A rule that offers nothing else asks a person, who
    is no kinder than a no with a way to a person beside it.
    """
    if not _kinder(one, other):
        return
    is_no = other.kind is OutcomeKind.DECLINE
    if one.kind is not OutcomeKind.OFFER or (is_no and not _leads_to_a_person(other)):
        yield _ANYWHERE
        return
    if any(plan.kind is RemedyKind.REPLACEMENT for plan in one.plans):
        yield _ANYWHERE
        return
    if any(plan.goods or plan.shipping or plan.fixed is not None for plan in one.plans):
        yield {"line_value": at_least(1), "given_back_share": below(_WHOLE)}
    if any(plan.overpaid for plan in one.plans):
        yield {"overpaid": at_least(1)}


def _leads_to_a_person(no: Outcome) -> bool:
    return no.alternative is Alternative.TALK_TO_A_PERSON


def _kinder(one: Outcome, other: Outcome) -> bool:
    """Tell whether the first gives more: anything beside a no; of offers, none less and one more."""
    if other.kind is OutcomeKind.DECLINE:
        if one.kind is OutcomeKind.ESCALATE:
            return not _leads_to_a_person(other)
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
