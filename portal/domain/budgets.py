"""Budgets: what may be promised of a policy class in a period. What is over it goes to a person, never to a no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.offers import OfferTerms, PolicyClass


class BudgetPeriod(StrEnum):
    """How long a budget lasts; each begins anew on the first day of the next, in the shop's own time."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def begins(self, day: date) -> date:
        """Tell the first day of the period that a day is in; a week begins on Monday."""
        if self is BudgetPeriod.WEEK:
            return day - timedelta(days=day.weekday())
        months = {BudgetPeriod.MONTH: 1, BudgetPeriod.QUARTER: 3, BudgetPeriod.YEAR: 12}[self]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def ends(self, day: date) -> date:
        """Tell the last day of the period that a day is in."""
        # So many days after its first day it is over, and the next one is not.
        later = {"week": 8, "month": 32, "quarter": 93, "year": 367}[self]
        return self.begins(self.begins(day) + timedelta(days=later)) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be promised of a class in each period, in minor units by currency.

    stops: whoever is over it goes to a person. Without it the use is only counted, as it is for what is owed unless the
    shop says otherwise.
    """

    policy_class: PolicyClass
    period: BudgetPeriod
    amount: Mapping[str, int]
    stops: bool


def draws_on(terms: OfferTerms) -> dict[PolicyClass, int]:
    """Tell what an offer takes of which class's budget, in minor units; a bonus is always goodwill."""
    return draws_of(terms.policy_class, terms.amount.minor, terms.bonus.minor)


def draws_of(policy_class: PolicyClass, amount_minor: int, bonus_minor: int) -> dict[PolicyClass, int]:
    """Tell the same of an amount and a bonus."""
    draws = {policy_class: amount_minor}
    draws[PolicyClass.GOODWILL] = draws.get(PolicyClass.GOODWILL, 0) + bonus_minor
    return {name: minor for name, minor in draws.items() if minor}
