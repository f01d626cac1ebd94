"""Comparing: what a draft would have done with past claims beside what the policy of their day did, batch by batch."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.batches import Batch
from portal.analysis.replay.columns import FactColumns, Numbers
from portal.analysis.replay.judging import NOT_OFFERED, Judged, judge_columns
from portal.analysis.replay.saying import Sayings
from portal.domain.money import exponent
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy.sayings import Part
from portal.domain.policy.table import Policy
from portal.domain.policy.verdict import NO_RULE_KEY, OutcomeKind

LARGEST = 20
_KINDS = tuple(RemedyKind)
_OUTCOMES = tuple(OutcomeKind)
# From worst to best for the customer, where no amount tells them apart.
_KINDNESS = {OutcomeKind.DECLINE: 0, OutcomeKind.WAIT: 1, OutcomeKind.ESCALATE: 1, OutcomeKind.OFFER: 2}


class Flip(NamedTuple):
    """One way in which verdicts changed: the rules and the outcomes before and after, in one currency.

    parts: what else the verdicts say otherwise, beside amounts, where the outcome is the same.
    """

    rule: str
    outcome: OutcomeKind
    draft_rule: str
    draft_outcome: OutcomeKind
    currency: str
    parts: tuple[Part, ...] = ()


class Cost(NamedTuple):
    """Where a cost counts. A line without an offer costs nothing."""

    kind: RemedyKind
    policy_class: PolicyClass
    currency: str


class Change(NamedTuple):
    """One claim line whose cost changed much: its number, the flip, and by how much in minor units."""

    size: float
    line_id: int
    flip: Flip
    delta_minor: int


@dataclass(frozen=True, slots=True)
class _Side:
    """What one policy did with a batch: rule codes, outcomes, the remedy that counts (-1 none) and what it costs.

    offered: a row for each amount and each bonus of each remedy, a column for each line. said: what else the verdict
    says, as ``Sayings`` numbers it.
    """

    rules: Numbers
    outcomes: NDArray[np.int8]
    kinds: NDArray[np.int8]
    classes: Numbers
    costs: Numbers
    offered: Numbers
    said: Numbers


@dataclass(slots=True)
class Comparison:
    """What came out so far. Amounts are in minor units. ``causes``: what each way of changing does to each cost.

    The cost of a line is that of the remedy that the customer took, where it is offered, and else that of the dearest
    offer. A customer is better off where that grew for any line, or where nothing is offered before or after and the
    outcome is kinder; worse off likewise; one may be both. ``set_apart``: lines of which facts were not recorded that
    the draft asks about, where that could have changed what it says; they are taken for unchanged.
    """

    lines: int = 0
    set_apart: int = 0
    flips: Counter[Flip] = field(default_factory=Counter)
    deltas: Counter[Flip] = field(default_factory=Counter)
    before: Counter[Cost] = field(default_factory=Counter)
    after: Counter[Cost] = field(default_factory=Counter)
    causes: Counter[tuple[Cost, Flip]] = field(default_factory=Counter)
    to_a_person: Counter[str] = field(default_factory=Counter)
    largest: list[Change] = field(default_factory=list)
    _rules: dict[str, int] = field(default_factory=dict)
    _sayings: Sayings = field(default_factory=Sayings)
    _better: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    _worse: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    @property
    def changed(self) -> int:
        """Tell how many lines have another rule, another outcome, or anything else in their verdict."""
        return sum(self.flips.values())

    @property
    def better(self) -> int:
        """Tell how many customers are better off."""
        return int(self._better.sum())

    @property
    def worse(self) -> int:
        """Tell how many customers are worse off."""
        return int(self._worse.sum())

    def add(self, batch: Batch, policies: Mapping[int, Policy], draft: Policy) -> None:
        """Add a batch. policies: what each version in the batch says, by the number of the version."""
        old = _blank(batch.facts.rows)
        for version_id, policy in policies.items():
            at = np.flatnonzero(batch.versions == version_id)
            if len(at):
                _fill(old, self._side(policy, judge_columns(policy, batch.facts), batch), at)
        judged = judge_columns(draft, batch.facts)
        new = self._side(draft, judged, batch)
        # Nobody knows what the draft would have done here, so nothing is told of it.
        unsure = np.flatnonzero(judged.unsure)
        _fill(new, old, unsure)
        self.set_apart += len(unsure)
        self.lines += batch.facts.rows - len(unsure)
        self._count(batch, old, new)
        self._weigh(batch, old, new)

    def _side(self, policy: Policy, judged: Judged, batch: Batch) -> _Side:
        codes = np.array([self._code(rule.key) for rule in policy.rules] + [self._code(NO_RULE_KEY)], np.int64)
        classes = np.array(
            [list(PolicyClass).index(rule.outcome.policy_class) for rule in policy.rules] + [0], np.int64
        )
        offered = np.stack([judged.amounts[kind] + np.maximum(judged.bonuses[kind], 0) for kind in _KINDS])
        dearest = offered.argmax(axis=0)
        rows = np.arange(offered.shape[1])
        took = np.maximum(batch.taken, 0)
        follows = (batch.taken >= 0) & (offered[took, rows] != NOT_OFFERED)
        kinds = np.where(follows, took, dearest).astype(np.int8)
        nothing = offered.max(axis=0) == NOT_OFFERED
        kinds[nothing] = -1
        costs = np.where(nothing, 0, offered[np.maximum(kinds, 0), rows])
        every = np.stack([*(judged.amounts[kind] for kind in _KINDS), *(judged.bonuses[kind] for kind in _KINDS)])
        said = self._sayings.of(policy, judged, batch.facts)
        return _Side(codes[judged.rules], judged.outcomes, kinds, classes[judged.rules], costs, every, said)

    def _code(self, key: str) -> int:
        return self._rules.setdefault(key, len(self._rules))

    def _count(self, batch: Batch, old: _Side, new: _Side) -> None:
        """Count flips with what they cost, costs by remedy and class, and what goes to a person."""
        keys = list(self._rules)
        currency = batch.facts.currency
        # What is said tells the outcomes apart too.
        changed = (old.rules != new.rules) | (old.said != new.said) | (old.offered != new.offered).any(axis=0)
        differing, parts = self._sayings.between(old.said[changed], new.said[changed])
        sides = np.stack([old.rules, old.outcomes, new.rules, new.outcomes, currency.codes])[:, changed]
        table = np.vstack([sides, differing])
        flips, which = np.unique(table, axis=1, return_inverse=True)
        delta = new.costs - old.costs
        sums = np.zeros(flips.shape[1], np.int64)
        np.add.at(sums, which, delta[changed])
        counts = np.bincount(which, minlength=flips.shape[1])
        named = [
            Flip(keys[a], _OUTCOMES[b], keys[c], _OUTCOMES[d], currency.words[e], parts[f])
            for a, b, c, d, e, f in flips.T.tolist()
        ]
        for flip, count, total in zip(named, counts.tolist(), sums.tolist(), strict=True):
            self.flips[flip] += count
            self.deltas[flip] += total
        self._keep_largest(batch, np.flatnonzero(changed), which, named, delta)
        for side, costs in ((old, self.before), (new, self.after)):
            _cost(side, batch.facts, costs)
        rows = np.flatnonzero(changed)
        for side, sign in ((old, -1), (new, 1)):
            for cost, number, total in _caused(side, batch.facts, rows, which):
                self.causes[cost, named[number]] += sign * total
        for name, side in (("before", old), ("after", new)):
            self.to_a_person[name] += int((side.outcomes == _OUTCOMES.index(OutcomeKind.ESCALATE)).sum())

    def _keep_largest(
        self, batch: Batch, rows: NDArray[np.intp], which: Numbers, flips: Sequence[Flip], delta: Numbers
    ) -> None:
        """Keep the changes that move most, in whole units of their currency."""
        units = np.array([10.0 ** -exponent(code) for code in batch.facts.currency.words])
        sizes = np.abs(delta[rows]) * units[batch.facts.currency.codes[rows]]
        most = np.argsort(-sizes, kind="stable")[:LARGEST]
        found = [
            Change(float(sizes[at]), int(batch.line_ids[rows[at]]), flips[which[at]], int(delta[rows[at]]))
            for at in most.tolist()
        ]
        self.largest = heapq.nlargest(LARGEST, [*self.largest, *found], key=lambda one: (one.size, -one.line_id))

    def _weigh(self, batch: Batch, old: _Side, new: _Side) -> None:
        kindness = np.array([_KINDNESS[outcome] for outcome in _OUTCOMES])
        gain = np.sign(new.costs - old.costs)
        same = (new.kinds < 0) & (old.kinds < 0)
        gain[same] = np.sign(kindness[new.outcomes] - kindness[old.outcomes])[same]
        most = int(batch.customer_ids.max(initial=0)) + 1
        self._better = _marked(self._better, most, batch.customer_ids[gain > 0])
        self._worse = _marked(self._worse, most, batch.customer_ids[gain < 0])


def _blank(rows: int) -> _Side:
    rules, classes, costs, said = (np.zeros(rows, np.int64) for _ in range(4))
    kinds, offered = np.full(rows, -1, np.int8), np.zeros((2 * len(_KINDS), rows), np.int64)
    return _Side(rules, np.zeros(rows, np.int8), kinds, classes, costs, offered, said)


def _fill(side: _Side, other: _Side, at: NDArray[np.intp]) -> None:
    for name in ("rules", "outcomes", "kinds", "classes", "costs", "offered", "said"):
        getattr(side, name)[..., at] = getattr(other, name)[..., at]


def _cost(side: _Side, facts: FactColumns, costs: Counter[Cost]) -> None:
    """Add what each remedy and class costs, by currency."""
    rows = np.arange(facts.rows)
    for cost, _, total in _caused(side, facts, rows, np.zeros(facts.rows, np.int64)):
        costs[cost] += total


def _caused(side: _Side, facts: FactColumns, rows: NDArray[np.intp], which: Numbers) -> Iterator[tuple[Cost, int, int]]:
    """Add up what some rows cost by remedy, class, currency, and a number that each of the rows has."""
    given = side.kinds[rows] >= 0
    rows, which = rows[given], which[given]
    table = np.stack([side.kinds[rows].astype(np.int64), side.classes[rows], facts.currency.codes[rows], which])
    cells, place = np.unique(table, axis=1, return_inverse=True)
    sums = np.zeros(cells.shape[1], np.int64)
    np.add.at(sums, place, side.costs[rows])
    for (kind, policy_class, code, number), total in zip(cells.T.tolist(), sums.tolist(), strict=True):
        yield Cost(_KINDS[kind], list(PolicyClass)[policy_class], facts.currency.words[code]), number, total


def _marked(marks: NDArray[np.bool_], most: int, ids: Numbers) -> NDArray[np.bool_]:
    """Mark customers by their numbers; a byte for each number there is, so that a year of claims stays small."""
    if most > len(marks):
        marks = np.concatenate([marks, np.zeros(max(most, 2 * len(marks)) - len(marks), np.bool_)])
    marks[ids] = True
    return marks


def totals(costs: Mapping[Cost, int]) -> dict[str, int]:
    """Add costs up by currency."""
    sums: Counter[str] = Counter()
    for cost, minor in costs.items():
        sums[cost.currency] += minor
    return dict(sums)
