"""Every pair of state and action: the listed ones by target, all others by refusal."""

import itertools

import pytest

from portal.domain.claims import HOLDS_UNITS, MOVES, Action, ClaimState, claim_state, next_state
from portal.domain.errors import IllegalMove

PAIRS = list(itertools.product([None, *ClaimState], Action))


@pytest.mark.proves("F1")
@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair not in MOVES])
def test_an_unlisted_move_raises(state: ClaimState | None, action: Action) -> None:
    with pytest.raises(IllegalMove):
        next_state(state, action)


@pytest.mark.proves("F1")
@pytest.mark.parametrize(("state", "action"), list(MOVES))
def test_a_listed_move_goes_where_the_table_says(state: ClaimState | None, action: Action) -> None:
    assert next_state(state, action) is MOVES[state, action]


def test_every_state_can_be_reached_from_a_report() -> None:
    reached: set[ClaimState | None] = {None}
    for _ in ClaimState:
        reached |= {target for (state, _), target in MOVES.items() if state in reached}

    assert reached == {None, *ClaimState}


@pytest.mark.proves("M8")
def test_money_that_was_promised_or_given_keeps_its_units() -> None:
    assert {ClaimState.ACCEPTED, ClaimState.MADE_WHOLE, ClaimState.RESTORED} <= HOLDS_UNITS
    assert not {ClaimState.WITHDRAWN, ClaimState.DECLINED} & HOLDS_UNITS


def test_a_claim_shows_the_least_finished_of_its_lines() -> None:
    assert claim_state([ClaimState.MADE_WHOLE, ClaimState.OFFERED]) is ClaimState.OFFERED
    assert claim_state([ClaimState.MADE_WHOLE, ClaimState.DECLINED]) is ClaimState.DECLINED
    assert claim_state([ClaimState.WITHDRAWN, ClaimState.MADE_WHOLE]) is ClaimState.MADE_WHOLE
