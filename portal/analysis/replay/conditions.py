"""Conditions in columns: which rows each one lets through, the same rows as its test lets through one by one."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import UNKNOWN, FactColumns, Numbers, Words, WordSets
from portal.domain.policy import regions
from portal.domain.policy.regions import AmountSpan, AnyOf, Flag, Known, Only, Recent, RecentSum, Some, Span
from portal.domain.policy.table import Condition
from portal.domain.policy.vocabulary import VOCABULARY, FactKind

Rows = NDArray[np.bool_]


def rows_of(condition: Condition, columns: FactColumns) -> Rows:
    """Tell of each row whether it passes a condition; one whose fact was not recorded does not."""
    passed = _passed(condition, columns)
    recorded = columns.recorded.get(condition.name)
    return passed if recorded is None else passed & recorded


def passed_if_recorded(condition: Condition, passed: Rows, columns: FactColumns) -> Rows:
    """Add to the rows that pass those of which nobody knows, because the fact was not recorded."""
    recorded = columns.recorded.get(condition.name)
    return passed if recorded is None else passed | ~recorded


def _passed(condition: Condition, columns: FactColumns) -> Rows:
    name, region = condition.name, condition.region
    match region:
        case Flag(yes):
            return columns.flags[name] == yes
        case regions.Words(words, inside):
            return _among(columns.words[name], words) == inside
        case AnyOf() | Only():
            return _of_sets(columns.word_sets[name], region)
        case Known(yes):
            return _known(name, columns) == yes
        case _:
            return _of_numbers(name, region, columns)


def _of_numbers(name: str, region: Recent | RecentSum | Span | Some | AmountSpan, columns: FactColumns) -> Rows:
    match region:
        case Recent(window, low, high):
            return _between(columns.days[name].within(window, columns.rows), low, high)
        case Span(low, high):
            return _between(columns.numbers[name], low, high)
        case Some(yes):
            return (columns.numbers[name] > 0) == yes
        case AmountSpan(low_by, high_by):
            return _within(columns.numbers[name], low_by, high_by, columns.currency)
        case RecentSum(window, low_by, high_by):
            return _within(columns.sums[name].within(window, columns.rows), low_by, high_by, columns.currency)


def _within(amounts: Numbers, low: Mapping[str, int] | None, high: Mapping[str, int] | None, currency: Words) -> Rows:
    return _at_least(amounts, low, currency) & _at_most(amounts, high, currency)


def by_currency(amounts: Mapping[str, int], currency: Words, without: int) -> Numbers:
    """Give each row the amount of its currency, and ``without`` where there is none in it."""
    table = np.array([amounts.get(code, without) for code in currency.words], np.int64)
    return table[currency.codes]


def _known(name: str, columns: FactColumns) -> Rows:
    if VOCABULARY[name].kind is FactKind.WORD:
        return columns.words[name].codes >= 0
    return columns.numbers[name] != UNKNOWN


def _among(column: Words, words: Collection[str]) -> Rows:
    """Tell which rows hold one of some words; what is not known is none of them."""
    table = np.array([*(word in words for word in column.words), False], np.bool_)
    return table[column.codes]


def _of_sets(column: WordSets, region: AnyOf | Only) -> Rows:
    wanted = sum(1 << number for number, word in enumerate(column.words) if word in region.words)
    if isinstance(region, AnyOf):
        return ((column.bits & wanted) != 0) == region.yes
    return (column.bits != 0) & ((column.bits & ~wanted) == 0)


def _between(numbers: Numbers, low: int | None, high: int | None) -> Rows:
    passed = numbers != UNKNOWN
    if low is not None:
        passed &= numbers >= low
    if high is not None:
        passed &= numbers <= high
    return passed


def _at_least(amounts: Numbers, low: Mapping[str, int] | None, currency: Words) -> Rows:
    if low is None:
        return np.ones(len(amounts), np.bool_)
    return amounts >= by_currency(low, currency, np.iinfo(np.int64).max)


def _at_most(amounts: Numbers, high: Mapping[str, int] | None, currency: Words) -> Rows:
    if high is None:
        return np.ones(len(amounts), np.bool_)
    return amounts <= by_currency(high, currency, np.iinfo(np.int64).min)
