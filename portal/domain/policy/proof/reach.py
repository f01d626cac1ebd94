"""Reach: the most that a remedy of a rule can give, as far as the rule and its own caps tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.money import portion_minor
from portal.domain.policy.plans import Amount, OfferPlan
from portal.domain.policy.regions import AmountSpan
from portal.domain.policy.table import Rule

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Tops:
    """The most that a line and a whole claim of a rule can be worth, by currency; None where the rule sets no end."""

    line: Amount | None
    claim: Amount | None


def tops_of(rule: Rule) -> Tops:
    """Find them: a line is never worth more than its claim."""
    asked = {one.name: one.region.high for one in rule.conditions if isinstance(one.region, AmountSpan)}
    line, claim = (asked.get(name) for name in ("line_value", "claimed_value"))
    return Tops(least_of(line, claim), claim)


def least_of(*amounts: Amount | None) -> Amount | None:
    """Give the smallest of some bounds in each currency; None where there is no bound at all."""
    bounds = [one for one in amounts if one is not None]
    return {code: min(one[code] for one in bounds) for code in bounds[0]} if bounds else None


def never_above(one: Amount | None, other: Amount) -> bool:
    """Tell whether an amount is at most another in every currency; one that has no end is not."""
    return one is not None and all(one[code] <= other[code] for code in other)


def before_caps(plan: OfferPlan, tops: Tops) -> Amount | None:
    """Give the most that its parts can add up to for a line, rounded; what was overpaid has no end."""
    if plan.overpaid:
        return None
    if plan.fixed is not None and not plan.shipping and plan.rounding is None:
        return least_of(plan.fixed, tops.line)
    if tops.line is None:
        return _fixed_rounded(plan)
    return {code: _of_line(plan, top, code) for code, top in tops.line.items()}


def _fixed_rounded(plan: OfferPlan) -> Amount | None:
    """Give a fixed amount rounded, where nothing is added to it."""
    if plan.fixed is None or plan.rounding is None or plan.shipping:
        return None
    return {code: max(minor, plan.rounding.of(minor, code)) for code, minor in plan.fixed.items()}


def _of_line(plan: OfferPlan, top: int, code: str) -> int:
    if plan.fixed is None:
        # Each of two parts may be rounded up by half a unit, together by one.
        both = plan.goods and plan.shipping and (plan.goods % WHOLE or plan.shipping % WHOLE)
        most = portion_minor(top, max(plan.goods, plan.shipping), WHOLE) + bool(both)
    else:
        most = plan.fixed[code] + portion_minor(top, plan.shipping, WHOLE)
    if plan.rounding is not None:
        most = max(most, plan.rounding.of(most, code))
    return min(most, top)


def after_caps(plan: OfferPlan, tops: Tops) -> Amount | None:
    """Give the most of it for a line once its caps hold."""
    return least_of(before_caps(plan, tops), plan.cap, plan.claim_cap, _of_customer(plan))


def most_bonus(plan: OfferPlan, tops: Tops) -> Amount | None:
    """Give the most that its bonus can be for a line, whatever its own cap says."""
    amount = after_caps(plan, tops)
    if amount is None:
        return None
    bonus = {code: portion_minor(minor, plan.bonus, WHOLE) for code, minor in amount.items()}
    return least_of(bonus, _of_customer(plan))


def idle_caps(plan: OfferPlan, tops: Tops) -> Iterator[str]:
    """Name the caps that bound nothing, because all that could come to them is no more."""
    if plan.cap is not None:
        below = least_of(before_caps(plan, tops), plan.claim_cap, _of_customer(plan))
        if never_above(below, plan.cap):
            yield "cap"
    if plan.claim_cap is not None:
        # Of both each line has the same part, so that the smaller of them holds for every line.
        below = least_of(_of_claim(plan, tops), _of_customer(plan))
        if never_above(below, plan.claim_cap):
            yield "claim_cap"
    if plan.bonus_cap is not None and plan.bonus and never_above(most_bonus(plan, tops), plan.bonus_cap):
        yield "bonus_cap"


def _of_claim(plan: OfferPlan, tops: Tops) -> Mapping[str, int] | None:
    """Give what a cap of the claim must be so that each line's part of it, rounded down, holds nothing of it back."""
    if tops.claim is None or plan.overpaid:
        return None
    share = WHOLE if plan.fixed is not None or plan.rounding is not None else max(plan.goods, plan.shipping)
    if plan.goods % WHOLE or plan.shipping % WHOLE:
        # Half a unit is given as a whole one, so that a share gives a small line up to twice as much.
        share = min(2 * share, WHOLE)
    return {code: -(-top * share // WHOLE) for code, top in tops.claim.items()}


def _of_customer(plan: OfferPlan) -> Amount | None:
    return None if plan.customer_cap is None else plan.customer_cap.most
