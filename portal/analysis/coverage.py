"""Coverage: what a policy says about many claim lines, counted by problem, parcel state, rule and outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from portal.domain.policy.verdict import NO_RULE_KEY, OutcomeKind, Verdict
from portal.domain.problems import ParcelState, Problem


class Cell(NamedTuple):
    """One row of the table. ``rule_key`` is empty where no rule matched."""

    problem: Problem
    parcel_state: ParcelState
    rule_key: str
    outcome: OutcomeKind


class Row(NamedTuple):
    """A cell with how many claim lines fell in it, and its share of everything that was judged, from 0 to 1."""

    cell: Cell
    lines: int
    share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often each cell came up."""

    counts: Mapping[Cell, int]

    @property
    def total(self) -> int:
        """Tell how many claim lines were judged."""
        return sum(self.counts.values())

    @property
    def rows(self) -> tuple[Row, ...]:
        """List the table by problem and parcel state, the most frequent rule first."""
        whole = self.total
        order = {problem: position for position, problem in enumerate(Problem)}
        ranked = sorted(
            self.counts.items(),
            key=lambda item: (order[item[0].problem], item[0].parcel_state, -item[1], item[0].rule_key),
        )
        return tuple(Row(cell, count, count / whole) for cell, count in ranked)

    @property
    def without_rule(self) -> int:
        """Tell how many no rule matched."""
        return sum(count for cell, count in self.counts.items() if cell.rule_key == NO_RULE_KEY)

    def of(self, outcome: OutcomeKind) -> int:
        """Tell how many came to an outcome."""
        return sum(count for cell, count in self.counts.items() if cell.outcome is outcome)

    def share_of(self, outcome: OutcomeKind) -> float:
        """Tell which share came to an outcome, from 0 to 1; 0 where nothing was judged."""
        return self.of(outcome) / self.total if self.counts else 0.0


def cell_of(problem: Problem, parcel_state: ParcelState, verdict: Verdict) -> Cell:
    """Tell which cell a verdict counts in."""
    return Cell(problem, parcel_state, verdict.rule_key, verdict.outcome)


def tally(cells: Iterable[Cell]) -> Coverage:
    """Count cells, one at a time, so that any number of them fits in memory."""
    return Coverage(Counter(cells))
