"""Compiled: a policy made ready to say which rule decides and what it gives, as ``judge`` does, without a trace.

The rules are sorted by problem, parcel state and currency when these first come up, and what is left of their
conditions is tested one after another, until one fails.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from portal.domain.facts import Facts
from portal.domain.policy.judge import conclude
from portal.domain.policy.regions import AmountSpan, Known, Some, Span, Test, Words
from portal.domain.policy.table import Condition, Policy, Rule
from portal.domain.policy.verdict import Verdict
from portal.domain.policy.vocabulary import VOCABULARY

_SORTED_BY = ("problem", "parcel_state")
_Row = tuple[Test, Rule]
_Key = tuple[str, str, str]


class Compiled(dict[_Key, tuple[_Row, ...]]):
    """A policy, made ready. It holds, by problem, parcel state and currency, the rules that may decide there."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy

    def rule_of(self, facts: Facts) -> Rule | None:
        """Find the rule that decides, the first all of whose conditions pass; None where there is none."""
        for test, rule in self[facts.problem, facts.parcel_state, facts.line_value.currency]:
            if test(facts):
                return rule
        return None

    def verdict(self, facts: Facts) -> Verdict:
        """Give the verdict that ``judge`` gives, without findings."""
        return conclude(self.rule_of(facts), facts, self.policy)

    def __missing__(self, key: _Key) -> tuple[_Row, ...]:
        """Find the rules that may decide for a problem, a parcel state and a currency."""
        self[key] = rows = tuple(_rows(self.policy, dict(zip(_SORTED_BY, key, strict=False)), key[-1]))
        return rows


def _rows(policy: Policy, known: Mapping[str, str], currency: str) -> list[_Row]:
    """Leave out the rules that never match here, those after one that always does, and what needs no asking."""
    rows: list[_Row] = []
    if policy.currencies and currency not in policy.currencies:
        return rows
    for rule in policy.rules:
        if all(_passes(condition, known[condition.name]) for condition in rule.conditions if condition.name in known):
            left = [condition for condition in rule.conditions if condition.name not in known]
            rows.append((_all_of([_test(condition, currency) for condition in left]), rule))
            if not left:
                break
    return rows


def _passes(condition: Condition, word: str) -> bool:
    """Tell whether a word passes that is always known."""
    match condition.region:
        case Words(words, inside):
            return (word in words) is inside
        case Known(yes):
            return yes
        case region:
            raise TypeError(region)


def _test(condition: Condition, currency: str) -> Test:
    """Make the test of one condition for claims in one currency."""
    name = condition.name
    if VOCABULARY[name].may_lack:
        return condition.test
    match condition.region:
        case Span(low, high):
            return _between(name, low, high)
        case Some(yes):
            return _between(f"{name}.minor", 1 if yes else None, None if yes else 0)
        case AmountSpan(low_by, high_by):
            if any(bound is not None and currency not in bound for bound in (low_by, high_by)):
                return _never
            low, high = (None if bound is None else bound[currency] for bound in (low_by, high_by))
            return _between(f"{name}.minor", low, high)
        case _:
            return condition.test


def _between(name: str, low: int | None, high: int | None) -> Test:
    """Make the test of a range, asking for no end that it has not."""
    read: Callable[[Facts], int | None] = attrgetter(name)
    if low is None and high is not None:
        return lambda facts: (number := read(facts)) is not None and number <= high
    if low is not None and high is None:
        return lambda facts: (number := read(facts)) is not None and low <= number
    if low is not None and high is not None:
        return lambda facts: (number := read(facts)) is not None and low <= number <= high
    return lambda facts: read(facts) is not None


def _all_of(tests: Sequence[Test]) -> Test:
    """Make one test of several; two calls of functions less than asking each in a loop."""
    if not tests:
        return _always
    first, rest = tests[0], tests[1:]
    if not rest:
        return first
    others = _all_of(rest)
    return lambda facts: first(facts) and others(facts)


def _always(_facts: Facts) -> bool:
    """Let everything pass: what was asked was found out already."""
    return True


def _never(_facts: Facts) -> bool:
    """Let nothing pass: a bound is not given in this currency."""
    return False
