"""How drafts move, who may do what to them, and what a check and a start must be like before a text is published."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.drafts import (
    MOVES,
    OPEN,
    WRITABLE,
    DraftMove,
    DraftState,
    check_role,
    check_second,
    next_state,
    words,
)
from portal.domain.errors import BadWords, IllegalMove, NotAllowed, OwnWork
from portal.domain.policy import parse_text
from portal.domain.policy.proof import prove
from portal.domain.policy.publishing import BadStart, NeedsWord, StopsPublishing, check_concerns, start_of
from tests.support.policy_texts import GAP, NEVER_REACHED, QUIET

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.mark.parametrize("state", [None, *DraftState])
@pytest.mark.parametrize("move", DraftMove)
def test_a_draft_moves_as_the_table_says_or_not_at_all(state: DraftState | None, move: DraftMove):
    if (state, move) in MOVES:
        assert next_state(state, move) is MOVES[state, move]
    else:
        with pytest.raises(IllegalMove):
            next_state(state, move)


def test_nothing_leads_out_of_a_draft_that_was_published_or_given_up():
    ends = {before for before, _ in MOVES} - {None}

    assert ends == OPEN
    assert {before for before, move in MOVES if move is DraftMove.CHANGE} == WRITABLE


def test_only_a_review_leads_to_a_publication():
    assert [before for before, move in MOVES if move is DraftMove.PUBLISH] == [DraftState.IN_REVIEW]


@pytest.mark.parametrize("move", DraftMove)
@pytest.mark.parametrize("role", Role)
def test_owners_write_approvers_decide_and_both_comment(role: Role, move: DraftMove):
    decides = move in {DraftMove.PUBLISH, DraftMove.SEND_BACK}
    may = {DraftMove.COMMENT: {Role.POLICY_OWNER, Role.APPROVER}}
    if role in may.get(move, {Role.APPROVER} if decides else {Role.POLICY_OWNER}):
        check_role(role, move)
    else:
        with pytest.raises(NotAllowed, match=role.value):
            check_role(role, move)


def test_nobody_is_the_second_person_of_their_own_text():
    check_second(Actor.staff(3), ["staff:1", "staff:33"])

    with pytest.raises(OwnWork):
        check_second(Actor.staff(3), ["staff:1", "staff:3"])


@pytest.mark.parametrize(("said", "kept"), [("", ""), ("  a\n", "a"), ("a" * 4000, "a" * 4000)])
def test_words_are_kept_without_the_blanks_around_them(said: str, kept: str):
    assert words(said) == kept


@pytest.mark.parametrize(("said", "needed"), [(" ", True), ("a" * 4001, False), ("a\x00b", False)])
def test_words_that_are_missing_or_cannot_be_kept_are_refused(said: str, *, needed: bool):
    with pytest.raises(BadWords):
        words(said, needed=needed)


def test_errors_stop_warnings_need_a_word_and_notes_need_nothing():
    quiet, gap, wrong = (prove(parse_text(text)) for text in (QUIET, GAP, NEVER_REACHED))

    assert check_concerns(quiet, "") == 0
    assert check_concerns(gap, "It is known.") == len(gap.concerns)
    with pytest.raises(NeedsWord) as asked:
        check_concerns(gap, " ")
    with pytest.raises(StopsPublishing) as stopped:
        check_concerns(wrong, "It is known.")
    assert (asked.value.proof, stopped.value.proof) == (gap, wrong)


@pytest.mark.parametrize(
    ("asked", "newest", "overtakes", "start"),
    [
        (None, None, False, NOW),
        (None, (4, NOW - timedelta(days=1)), False, NOW),
        (None, (4, NOW), False, NOW),
        (NOW, None, False, NOW),
        (LATER, (4, NOW), False, LATER),
        (LATER, (4, LATER - timedelta(seconds=1)), False, LATER),
        (LATER, (4, LATER), True, LATER),
        (None, (4, LATER), True, NOW),
        (NOW + timedelta(days=730), None, False, NOW + timedelta(days=730)),
    ],
)
def test_a_version_begins_now_or_later(
    asked: datetime | None, newest: tuple[int, datetime] | None, start: datetime, *, overtakes: bool
):
    assert start_of(asked, now=NOW, newest=newest, overtakes=overtakes) == start


@pytest.mark.parametrize(
    ("asked", "newest", "planned", "reason"),
    [
        (NOW - timedelta(microseconds=1), None, None, "is over"),
        (NOW + timedelta(days=730, seconds=1), None, None, "730 days ahead"),
        (NOW.replace(tzinfo=None), None, None, "no time zone"),
        (None, (4, LATER), 4, "version 4 is planned"),
        (LATER, (4, LATER), 4, "would never begin"),
    ],
)
def test_a_start_that_cannot_be_is_refused_with_the_reason(
    asked: datetime | None, newest: tuple[int, datetime] | None, planned: int | None, reason: str
):
    with pytest.raises(BadStart, match=reason) as refused:
        start_of(asked, now=NOW, newest=newest, overtakes=False)

    assert refused.value.planned == planned
