"""Judging in columns: the rule that decides each row, and what it offers, as ``portal.domain.policy.judge`` does."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.conditions import Rows, passed_if_recorded, rows_of
from portal.analysis.replay.pricing import known_prices, priced
from portal.domain.offers import RemedyKind
from portal.domain.policy.table import Outcome, Policy
from portal.domain.policy.verdict import OutcomeKind

NO_RULE = -1
NOT_OFFERED = -1
"""Stands for an amount of a remedy that is not offered."""
_OUTCOMES = tuple(OutcomeKind)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a policy says of each row.

    rules: the number of the rule, -1 for none. outcomes: the number of the outcome among ``OutcomeKind``; a rule whose
    offers all give nothing leads to a person. amounts and bonuses: by remedy in minor units, -1 where not offered.
    unsure: whether what was not recorded of a row could have led to another rule or amount.
    """

    rules: NDArray[np.int32]
    outcomes: NDArray[np.int8]
    amounts: Mapping[RemedyKind, Numbers]
    bonuses: Mapping[RemedyKind, Numbers]
    unsure: Rows

    def of(self, outcome: OutcomeKind) -> Rows:
        """Tell which rows came to an outcome."""
        return self.outcomes == _OUTCOMES.index(outcome)


def judge_columns(policy: Policy, columns: FactColumns) -> Judged:
    """Judge every row by the first rule all of whose conditions it passes."""
    rules, unsure = _first_match(policy, columns)
    kinds = [*(_OUTCOMES.index(rule.outcome.kind) for rule in policy.rules), _OUTCOMES.index(OutcomeKind.ESCALATE)]
    outcomes = np.array(kinds, np.int8)[rules]
    amounts = {kind: np.full(columns.rows, NOT_OFFERED, np.int64) for kind in RemedyKind}
    bonuses = {kind: np.full(columns.rows, NOT_OFFERED, np.int64) for kind in RemedyKind}
    for number, rule in enumerate(policy.rules):
        rows = np.flatnonzero(rules == number)
        if rule.outcome.kind is OutcomeKind.OFFER and len(rows):
            _offer(rule.outcome, columns, rows, amounts, bonuses)
            unsure[rows] |= ~known_prices(rule.outcome, columns, rows)
    nothing = np.logical_and.reduce([one == NOT_OFFERED for one in amounts.values()])
    outcomes[nothing & (outcomes == _OUTCOMES.index(OutcomeKind.OFFER))] = _OUTCOMES.index(OutcomeKind.ESCALATE)
    return Judged(rules, outcomes, amounts, bonuses, unsure)


def _first_match(policy: Policy, columns: FactColumns) -> tuple[NDArray[np.int32], Rows]:
    """Give the number of the first rule that each row passes; none where its currency is not the policy's.

    With it whether an earlier rule might have been the one, had all of its facts been recorded.
    """
    asked: dict[tuple[str, str], tuple[Rows, Rows]] = {}
    rules, unsure = np.full(columns.rows, NO_RULE, np.int32), np.zeros(columns.rows, np.bool_)
    known = [not policy.currencies or code in policy.currencies for code in columns.currency.words]
    open_rows = np.array([*known, False], np.bool_)[columns.currency.codes]
    for number, rule in enumerate(policy.rules):
        matched, might = open_rows.copy(), open_rows.copy()
        for condition in rule.conditions:
            key = condition.name, condition.wanted
            if key not in asked:
                passed = rows_of(condition, columns)
                asked[key] = passed, passed_if_recorded(condition, passed, columns)
            matched &= asked[key][0]
            might &= asked[key][1]
        rules[matched] = number
        unsure |= might & ~matched
        open_rows &= ~matched
    return rules, unsure


def _offer(
    outcome: Outcome,
    columns: FactColumns,
    rows: NDArray[np.intp],
    amounts: Mapping[RemedyKind, Numbers],
    bonuses: Mapping[RemedyKind, Numbers],
) -> None:
    for plan in outcome.plans:
        if plan.kind is RemedyKind.REPLACEMENT:
            there = rows[~columns.flags["out_of_stock"][rows]]
            amounts[plan.kind][there] = columns.numbers["goods_value"][there]
            bonuses[plan.kind][there] = 0
            continue
        worth, bonus = priced(plan, columns, rows)
        shown = worth > 0
        if plan.kind is RemedyKind.REFUND:
            shown &= columns.numbers["card_refundable"][rows] > 0
        amounts[plan.kind][rows[shown]] = worth[shown]
        bonuses[plan.kind][rows[shown]] = bonus[shown]
