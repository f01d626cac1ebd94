"""Limits and budgets that contradict one another, or that nothing ever comes up against."""

from collections.abc import Iterator, Mapping

from portal.domain.budgets import Budget, BudgetPeriod
from portal.domain.limits import Limit
from portal.domain.offers import PolicyClass
from portal.domain.policy.proof.concerns import Concern, ConcernKind, Severity
from portal.domain.policy.table import Policy

# Each of these holds whole ones of those before it; a week may lie in two months.
_NESTED = (BudgetPeriod.MONTH, BudgetPeriod.QUARTER, BudgetPeriod.YEAR)


def concerns_of_limits(policy: Policy) -> Iterator[Concern]:
    """Find limits behind stricter ones, and budgets that are never drawn on, cover nothing, or lie behind others."""
    for limit in policy.limits:
        others = [one for one in policy.limits if one is not limit and _counts_at_least(one, limit)]
        if _is_behind(limit, others):
            yield Concern(ConcernKind.LIMIT_NEVER_REACHED, Severity.ERROR, (), place=name_of_limit(limit))
    drawn = _drawn(policy)
    for budget in policy.budgets:
        place = name_of_budget(budget)
        if any(_is_wider(other, budget) for other in policy.budgets):
            yield Concern(ConcernKind.BUDGET_NEVER_REACHED, Severity.ERROR, (), place=place)
        if budget.stops and not any(budget.amount.values()):
            yield Concern(ConcernKind.BUDGET_COVERS_NOTHING, Severity.WARNING, (), place=place)
        if budget.policy_class not in drawn:
            yield Concern(ConcernKind.BUDGET_NEVER_DRAWN, Severity.WARNING, (), place=place)


def name_of_limit(limit: Limit) -> str:
    """Name a limit as the document does, such as ``limits.card.90``; no two have the same."""
    return f"limits.{limit.subject}.{limit.within_days}"


def name_of_budget(budget: Budget) -> str:
    """Name a budget as the document does, such as ``budgets.goodwill.month``; no two have the same."""
    return f"budgets.{budget.policy_class}.{budget.period}"


def _counts_at_least(one: Limit, other: Limit) -> bool:
    """Tell whether whatever counts for the other counts for this one."""
    return one.subject is other.subject and one.within_days >= other.within_days


def _is_behind(limit: Limit, others: list[Limit]) -> bool:
    """Tell whether whoever is over a limit is over another one as well, so that it changes nothing."""
    most, value = limit.remedies, limit.value
    counted = most is None or any(one.remedies is not None and one.remedies <= most for one in others)
    worth = value is None or any(one.value is not None and _at_most(one.value, value) for one in others)
    return counted and worth


def _at_most(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(minor <= other[currency] for currency, minor in one.items())


def _is_wider(other: Budget, budget: Budget) -> bool:
    """Tell whether another budget is over whenever this one is: for a longer time, and of no more."""
    if other.policy_class is not budget.policy_class or not other.stops:
        return False
    if other.period not in _NESTED or budget.period not in _NESTED or other is budget:
        return False
    return _NESTED.index(other.period) > _NESTED.index(budget.period) and _at_most(other.amount, budget.amount)


def _drawn(policy: Policy) -> set[PolicyClass]:
    """Tell of which classes a rule offers anything; a bonus is goodwill."""
    outcomes = [rule.outcome for rule in policy.rules if rule.outcome.plans]
    classes = {outcome.policy_class for outcome in outcomes}
    bonus = any(plan.bonus for outcome in outcomes for plan in outcome.plans)
    return classes | ({PolicyClass.GOODWILL} if bonus else set())
