"""Judging in columns: the rule that decides each row, and what it offers, as ``portal.domain.policy.judge`` does."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.conditions import Rows, by_currency, rows_of
from portal.domain.offers import RemedyKind
from portal.domain.policy.table import OfferPlan, Outcome, Policy
from portal.domain.policy.verdict import OutcomeKind

NO_RULE = -1
NOT_OFFERED = -1
"""Stands for an amount of a remedy that is not offered."""
_WHOLE = 10_000
_OUTCOMES = tuple(OutcomeKind)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a policy says of each row.

    rules: the number of the rule, -1 for none. outcomes: the number of the outcome among ``OutcomeKind``; a rule whose
    offers all give nothing leads to a person. amounts and bonuses: by remedy in minor units, -1 where not offered.
    """

    rules: NDArray[np.int32]
    outcomes: NDArray[np.int8]
    amounts: Mapping[RemedyKind, Numbers]
    bonuses: Mapping[RemedyKind, Numbers]

    def of(self, outcome: OutcomeKind) -> Rows:
        """Tell which rows came to an outcome."""
        return self.outcomes == _OUTCOMES.index(outcome)


def judge_columns(policy: Policy, columns: FactColumns) -> Judged:
    """Judge every row by the first rule all of whose conditions it passes."""
    rules = _first_match(policy, columns)
    kinds = [*(_OUTCOMES.index(rule.outcome.kind) for rule in policy.rules), _OUTCOMES.index(OutcomeKind.ESCALATE)]
    outcomes = np.array(kinds, np.int8)[rules]
    amounts = {kind: np.full(columns.rows, NOT_OFFERED, np.int64) for kind in RemedyKind}
    bonuses = {kind: np.full(columns.rows, NOT_OFFERED, np.int64) for kind in RemedyKind}
    for number, rule in enumerate(policy.rules):
        rows = np.flatnonzero(rules == number)
        if rule.outcome.kind is OutcomeKind.OFFER and len(rows):
            _offer(rule.outcome, columns, rows, amounts, bonuses)
    nothing = np.logical_and.reduce([one == NOT_OFFERED for one in amounts.values()])
    outcomes[nothing & (outcomes == _OUTCOMES.index(OutcomeKind.OFFER))] = _OUTCOMES.index(OutcomeKind.ESCALATE)
    return Judged(rules, outcomes, amounts, bonuses)


def _first_match(policy: Policy, columns: FactColumns) -> NDArray[np.int32]:
    """Give the number of the first rule that each row passes; none where its currency is not the policy's."""
    asked: dict[tuple[str, str], Rows] = {}
    rules = np.full(columns.rows, NO_RULE, np.int32)
    known = [not policy.currencies or code in policy.currencies for code in columns.currency.words]
    open_rows = np.array([*known, False], np.bool_)[columns.currency.codes]
    for number, rule in enumerate(policy.rules):
        matched = open_rows.copy()
        for condition in rule.conditions:
            key = condition.name, condition.wanted
            if key not in asked:
                asked[key] = rows_of(condition, columns)
            matched &= asked[key]
        rules[matched] = number
        open_rows &= ~matched
    return rules


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
        worth = _worth(plan, columns, rows)
        shown = worth > 0
        if plan.kind is RemedyKind.REFUND:
            shown &= columns.numbers["card_refundable"][rows] > 0
        amounts[plan.kind][rows[shown]] = worth[shown]
        bonus = _capped(_portion(worth, plan.bonus), plan.bonus_cap, columns, rows)
        bonuses[plan.kind][rows[shown]] = bonus[shown]


def _worth(plan: OfferPlan, columns: FactColumns, rows: NDArray[np.intp]) -> Numbers:
    """Give the amount of a remedy: no part above what was paid for it and has not gone back."""
    line, goods, shipping, back, overpaid = (
        columns.numbers[name][rows]
        for name in ("line_value", "goods_value", "shipping_value", "given_back", "overpaid")
    )
    shipping_back = columns.shipping_given_back[rows]
    goods_part = np.minimum(_portion(goods, plan.goods), goods - (back - shipping_back))
    shipping_part = np.minimum(_portion(shipping, plan.shipping), shipping - shipping_back)
    parts = np.maximum(goods_part, 0) + np.maximum(shipping_part, 0)
    entitled = np.minimum(parts, np.maximum(line - back, 0))
    return _capped(entitled + _portion(overpaid, plan.overpaid), plan.cap, columns, rows)


def _portion(amounts: Numbers, points: int) -> Numbers:
    """Take basis points of amounts, rounded half up as ``Money.portion`` does."""
    return (amounts * (points * 2) + _WHOLE) // (2 * _WHOLE)


def _capped(amounts: Numbers, cap: Mapping[str, int] | None, columns: FactColumns, rows: NDArray[np.intp]) -> Numbers:
    if cap is None:
        return amounts
    most = by_currency(cap, columns.currency, np.iinfo(np.int64).max)
    return np.minimum(amounts, most[rows])
