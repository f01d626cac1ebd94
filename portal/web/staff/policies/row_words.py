"""Limits and budgets of a policy in words, as somebody reads them who has never seen its text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.budgets import Budget
from portal.domain.limits import Limit
from portal.domain.policy import Policy
from portal.web.shared.language import gettext as _
from portal.web.shared.language import ngettext
from portal.web.shared.names import CLASSES, named
from portal.web.staff.policies.rule_words import amount_words, answered_within
from portal.web.staff.policies.words import BEYOND_A_BUDGET, BUDGET_PERIODS, LIMITED

NAMED_BY: Mapping[str, tuple[str, str]] = {"limits": ("subject", "within_days"), "budgets": ("class", "period")}
"""What no two rows of a list share."""

_NONE: tuple[Mapping[str, Any], str] = ({}, "")


@dataclass(frozen=True, slots=True)
class RowWords:
    """A limit or a budget in words. key: how its page is found; gives: what goes without a person."""

    key: str
    title: str
    gives: tuple[str, ...]
    beyond: str


def row_key(table: str, row: Mapping[str, Any]) -> str:
    """Give what tells a row from the others of its list, such as ``card-180``."""
    return "-".join(str(row.get(name, "")) for name in NAMED_BY[table])


def row_title(table: str, first: str, second: str) -> str:
    """Name a limit by whom and how many days, a budget by its class and period."""
    if table == "limits":
        whom = named(LIMITED, first)
        return ngettext("%(whom)s, %(num)s day", "%(whom)s, %(num)s days", int(second), whom=whom)
    return _("%(name)s, %(period)s", name=named(CLASSES, first), period=named(BUDGET_PERIODS, second).lower())


def limits_of(policy: Policy) -> tuple[RowWords, ...]:
    """Say every limit of a policy, in the order of its text."""
    rows = policy.document.get("limits", [])
    return tuple(_limit(*both, policy) for both in zip(policy.limits, rows, strict=True))


def budgets_of(policy: Policy) -> tuple[RowWords, ...]:
    """Say every budget of a policy, in the order of its text."""
    rows = policy.document.get("budgets", [])
    return tuple(_budget(*both, policy) for both in zip(policy.budgets, rows, strict=True))


def row_changes(before: Policy, after: Policy) -> Iterator[tuple[str, str, str]]:
    """Say what became of limits and budgets: the name, how it was and how it is, empty where there was or is none."""
    for table, say in (("limits", limits_of), ("budgets", budgets_of)):
        was, now = (_by_key(table, policy, say(policy)) for policy in (before, after))
        for key in dict.fromkeys([*was, *now]):
            (row, said), (other, says) = was.get(key, _NONE), now.get(key, _NONE)
            if row != other:
                yield row_title(table, *key.split("-")), said, says


def _by_key(table: str, policy: Policy, words: Iterable[RowWords]) -> dict[str, tuple[Mapping[str, Any], str]]:
    rows = policy.document.get(table, [])
    said = ("\n".join((*one.gives, one.beyond)) for one in words)
    return {row_key(table, row): (row, text) for row, text in zip(rows, said, strict=True)}


def _limit(limit: Limit, row: Mapping[str, Any], policy: Policy) -> RowWords:
    window = ngettext("In the last %(num)s day", "In the last %(num)s days", limit.within_days)
    gives = (window, *_most(limit, row, policy))
    return RowWords(
        row_key("limits", row), named(LIMITED, limit.subject), gives, answered_within(limit.answer_within_hours)
    )


def _most(limit: Limit, row: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    if limit.remedies is not None:
        yield ngettext("up to %(num)s remedy", "up to %(num)s remedies", limit.remedies)
    if limit.value is not None:
        yield _("up to %(amount)s together", amount=amount_words(row["value"], policy.document))


def _budget(budget: Budget, row: Mapping[str, Any], policy: Policy) -> RowWords:
    amount = _("up to %(amount)s together", amount=amount_words(row["amount"], policy.document))
    gives = (named(BUDGET_PERIODS, budget.period), amount)
    beyond = str(BEYOND_A_BUDGET["yes" if budget.stops else "no"])
    return RowWords(row_key("budgets", row), named(CLASSES, budget.policy_class), gives, beyond)
