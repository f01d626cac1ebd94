"""What the page of the budgets shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from portal.domain.budgets import Budget, BudgetPeriod
from portal.domain.money import Money
from portal.domain.offers import PolicyClass
from portal.domain.policy import Policy
from portal.records.budget_list import BudgetKey, UseRow
from portal.records.budgets import Asked
from portal.web.shared.names import CLASSES, named
from portal.web.staff.limits.words import PERIODS
from portal.web.staff.policies.draft_page import market_words

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Read:
    """What the database and the policies in force say. held: how many claims by budget."""

    policies: Sequence[Policy]
    asked: Sequence[Asked]
    current: Sequence[UseRow]
    earlier: Sequence[UseRow]
    held: Mapping[BudgetKey, int]


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget in a period and a currency. most: what the policy in force says, None where it has no such budget.

    used: what stands of promised after what was taken back; share: of most, in percent; stops: over it comes a person.
    """

    market: str
    policy_class: str
    period: str
    begins_on: date
    ends_on: date
    used: Money
    promised: Money
    taken_back: Money
    most: Money | None
    share: int | None
    stops: bool
    held: int


@dataclass(frozen=True, slots=True)
class Unused:
    """A budget of today of which nothing was promised yet, with its amounts."""

    market: str
    policy_class: str
    period: str
    most: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class BudgetsPage:
    """Rendered by ``staff/limits/budgets.html``. current, unused: empty on every page but the first."""

    current: tuple[BudgetRow, ...]
    unused: tuple[Unused, ...]
    earlier: tuple[BudgetRow, ...]
    next_url: str | None
    is_first: bool


def budgets_page(read: Read, *, more: bool, is_first: bool) -> BudgetsPage:
    """Put the page together. more: there are older periods than those that were read."""
    known = {(policy.market, one.policy_class, one.period): one for policy in read.policies for one in policy.budgets}
    last = read.earlier[-1] if more else None
    return BudgetsPage(
        current=tuple(_row(one, known, read.held) for one in read.current) if is_first else (),
        unused=tuple(_unused(read, known)) if is_first else (),
        earlier=tuple(_row(one, known, read.held) for one in read.earlier),
        next_url=url_for("staff.budgets", after=f"{last.key.begins_on.isoformat()}~{last.use_id}") if last else None,
        is_first=is_first,
    )


Known = Mapping[tuple[str, PolicyClass, BudgetPeriod], Budget]


def _row(use: UseRow, known: Known, held: Mapping[BudgetKey, int]) -> BudgetRow:
    key = use.key
    budget = known.get((key.market, key.policy_class, key.period))
    most = budget.amount.get(key.currency) if budget else None
    return BudgetRow(
        market=market_words(key.market),
        policy_class=named(CLASSES, key.policy_class),
        period=named(PERIODS, key.period),
        begins_on=key.begins_on,
        ends_on=key.period.ends(key.begins_on),
        used=Money(use.used, key.currency),
        promised=Money(use.promised, key.currency),
        taken_back=Money(use.released, key.currency),
        most=None if most is None else Money(most, key.currency),
        share=None if most is None else min(use.used * _WHOLE // most, _WHOLE) if most else _WHOLE,
        stops=budget is not None and budget.stops,
        held=held.get(key, 0),
    )


def _unused(read: Read, known: Known) -> list[Unused]:
    used = {row.key[:4] for row in read.current}
    rows = []
    for asked in read.asked:
        budget = known[asked.market, asked.policy_class, asked.period]
        if tuple(asked) not in used:
            most = tuple(Money(minor, currency) for currency, minor in sorted(budget.amount.items()))
            names = named(CLASSES, asked.policy_class), named(PERIODS, asked.period)
            rows.append(Unused(market_words(asked.market), *names, most))
    return rows
