"""Choosing: whether an offer of policy's can still be promised by itself when the customer takes it.

What was promised since it was made counts: limits, lists, caps for a customer and budgets are asked again under their
locks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.budgets import Budget, BudgetPeriod, draws_of
from portal.domain.holding import Claimed, Held, HeldKind, Holding, over
from portal.domain.limits import ListKind, Standing, Subject
from portal.domain.offers import PolicyClass
from portal.domain.policy.plans import CustomerCap, part_of_claim


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer that was taken: its class and amounts in minor units, and what of its line limits ask about.

    line_minor: what was paid for the line. cap: what the rule that offered it gives one customer at most, if it says.
    """

    policy_class: PolicyClass
    amount_minor: int
    bonus_minor: int
    claimed: Claimed
    line_minor: int = 0
    cap: CustomerCap | None = None


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
    return (*held, *_over_cap(choice, standing), *_spent(choice, policy.budgets, used))


def _over_cap(choice: Choice, standing: Standing) -> list[Held]:
    """Tell where other claims have given so much meanwhile that the offer passes what one customer may get.

    What the customer saw is never made less; a person gives it, or something else.
    """
    cap, currency = choice.cap, choice.claimed.currency
    if cap is None or currency not in cap.most:
        return []
    had = standing.given(cap.window, of_goodwill=cap.of_goodwill)
    left = part_of_claim(cap.left(had, currency), choice.line_minor, choice.claimed.minor)
    if choice.amount_minor + choice.bonus_minor <= left:
        return []
    counted = PolicyClass.GOODWILL if cap.of_goodwill else None
    return [
        Held(
            HeldKind.CUSTOMER_CAP,
            subject=Subject.CUSTOMER,
            policy_class=counted,
            found=had,
            most=cap.most[currency],
            days=cap.window,
            currency=currency,
        )
    ]


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
