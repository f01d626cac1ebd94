"""Coverage: verdicts counted by problem, parcel state, rule and outcome."""

import pytest

from portal.analysis.coverage import Cell, cell_of, tally
from portal.domain.policy import OutcomeKind, default_policy, judge
from portal.domain.problems import ParcelState, Problem
from tests.support.claim_facts import some_facts

DAMAGED = Cell(Problem.DAMAGED, ParcelState.DELIVERED, "damaged", OutcomeKind.OFFER)
VALUE = Cell(Problem.DAMAGED, ParcelState.DELIVERED, "high_value", OutcomeKind.ESCALATE)
LOST = Cell(Problem.MISSING_PACKAGE, ParcelState.LATE, "lost_after_grace", OutcomeKind.OFFER)
NO_RULE = Cell(Problem.OTHER, ParcelState.LATE, "", OutcomeKind.ESCALATE)


def test_cells_are_counted_with_their_shares() -> None:
    coverage = tally(iter([DAMAGED, VALUE, DAMAGED, LOST]))

    assert [(row.cell, row.lines, row.share) for row in coverage.rows] == [
        (LOST, 1, 0.25),
        (DAMAGED, 2, 0.5),
        (VALUE, 1, 0.25),
    ]
    assert coverage.total == 4


def test_outcomes_add_up_to_the_whole() -> None:
    coverage = tally([DAMAGED, VALUE, LOST, NO_RULE, NO_RULE])

    assert coverage.of(OutcomeKind.ESCALATE) == 3
    assert sum(coverage.share_of(outcome) for outcome in OutcomeKind) == pytest.approx(1.0)
    assert coverage.without_rule == 2


def test_nothing_judged_is_an_empty_table() -> None:
    coverage = tally([])

    assert (coverage.rows, coverage.total, coverage.share_of(OutcomeKind.OFFER)) == ((), 0, 0.0)


def test_a_verdict_counts_in_the_cell_of_its_rule() -> None:
    facts = some_facts()

    cell = cell_of(facts.problem, facts.parcel_state, judge(facts, default_policy()))

    assert cell == DAMAGED
