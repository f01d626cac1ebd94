"""Choosing: whether an offer of policy's can still be promised by itself when the customer takes it.

What was promised to others since it was made counts: limits, lists and budgets are asked again under their locks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.budgets import Budget, BudgetPeriod, draws_of
from portal.domain.holding import Claimed, Held, HeldKind, Holding, over
from portal.domain.limits import ListKind, Standing
from portal.domain.offers import PolicyClass


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer that was taken: its class and amounts in minor units, and what of its line limits ask about."""

    policy_class: PolicyClass
    amount_minor: int
    bonus_minor: int
    claimed: Claimed


Used = Mapping[tuple[PolicyClass, BudgetPeriod], int]


def why_not(choice: Choice, policy: Holding, standing: Standing, used: Used) -> tuple[Held, ...]:
    """Give what keeps policy from promising a choice by itself; nothing where it may.

    used: minor units of the budgets that are held, with what this acceptance took of them before. A budget that is not
    among them is not asked.
    """
    blocked = [one for one in standing.listed if one.kind is ListKind.BLOCK]
    held = [Held(HeldKind.ON_LIST, subject=one.subject, entry=one.ref) for one in blocked]
    allowed = any(one.kind is ListKind.ALLOW for one in standing.listed)
    if not allowed and not choice.claimed.second_failure:
        held += [found for limit in policy.limits for found in over(limit, choice.claimed, standing)]
    return (*held, *_spent(choice, policy.budgets, used))


def _spent(choice: Choice, budgets: Sequence[Budget], used: Used) -> list[Held]:
    """List budgets that do not cover it, a bonus included: what the customer saw is given whole, by a person."""
    currency, held = choice.claimed.currency, []
    draws = draws_of(choice.policy_class, choice.amount_minor, choice.bonus_minor)
    for budget in budgets:
        wanted, found = draws.get(budget.policy_class, 0), used.get((budget.policy_class, budget.period))
        most = budget.amount.get(currency)
        if budget.stops and wanted and found is not None and most is not None and found + wanted > most:
            held.append(
                Held(
                    HeldKind.BUDGET_SPENT,
                    policy_class=budget.policy_class,
                    period=budget.period,
                    found=found,
                    most=most,
                    currency=currency,
                )
            )
    return held
