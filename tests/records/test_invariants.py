"""Each invariant is broken on purpose, in every way that its query looks for, and must be told of."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.records.invariants.asking import ask_at_once, ask_each
from portal.records.invariants.every import EVERY, OURS
from portal.records.invariants.parameters import APPEND_ONLY
from portal.records.invariants.provider import PROVIDER
from portal.services import file_again, judge_again
from tests.records.breaking import LEDGER, MONEY
from tests.records.breaking_budgets import BUDGETS
from tests.records.breaking_elsewhere import ELSEWHERE, HARMLESS
from tests.records.breaking_flow import FINANCE, FLOW, PEOPLE
from tests.records.breaking_follow_ups import FOLLOW_UPS
from tests.records.breaking_journey import JOURNEY
from tests.records.breaking_parts import PARTS
from tests.records.breaking_policies import POLICIES
from tests.records.breaking_reached import REACHED
from tests.records.breaking_recovered import RECOVERED

_LATER = (*ELSEWHERE, *FOLLOW_UPS, *REACHED, *JOURNEY, *RECOVERED)
BREAKING = (*MONEY, *LEDGER, *FLOW, *PEOPLE, *FINANCE, *PARTS, *BUDGETS, *POLICIES, *_LATER)
EACH_BREAKING = [
    pytest.param(key, statement, id=f"{key}-{n}", marks=pytest.mark.proves(key))
    for n, (key, statement) in enumerate(BREAKING)
]


def test_a_whole_book_holds(book: Session, values: dict[str, Any]):
    broken = ask_at_once(book, OURS, values)

    assert broken == []


def test_each_invariant_tells_how_many_rows_it_looked_at(book: Session, values: dict[str, Any]):
    held = list(ask_each(book, OURS, values))

    assert [one.key for one in held] == [one.key for one in OURS]
    assert {one.key for one in held if not one.rows} == {"F5", "F6"}
    assert not any(one.broken or one.refs for one in held)


@pytest.mark.parametrize(("key", "statement"), EACH_BREAKING)
def test_what_breaks_an_invariant_is_told(book: Session, values: dict[str, Any], key: str, statement: str):
    book.connection().exec_driver_sql(statement)

    found = {one.key: one for one in ask_at_once(book, OURS, values)}

    assert key in found
    assert found[key].broken >= len(found[key].refs) > 0


@pytest.mark.proves("M1", "M2", "M9", "M13")
@pytest.mark.parametrize("statement", HARMLESS)
def test_what_others_moved_after_we_had_promised_breaks_nothing(book: Session, values: dict[str, Any], statement: str):
    book.connection().exec_driver_sql(statement)

    found = {one.key for one in ask_at_once(book, OURS, values)}

    assert found.isdisjoint({"M1", "M2", "M9", "M13"})


def test_the_first_refs_stand_for_all_that_break_an_invariant(book: Session, values: dict[str, Any]):
    book.execute(text("UPDATE payments SET amount_minor = 1"))

    found = {one.key: one for one in ask_at_once(book, OURS, values)}

    assert (found["M1"].broken, len(found["M1"].refs)) == (6, 5)
    assert set(found["M1"].refs) <= {"PAY-B4", "PAY-B5", "PAY-B8", "PAY-B12", "PAY-B13", "PAY-B16"}


def test_every_invariant_has_a_name_of_its_own_and_something_that_breaks_it():
    names = [one.key for one in EVERY]

    assert len(set(names)) == len(names)
    assert {key for key, _ in BREAKING} == {one.key for one in OURS}
    assert {one.key for one in EVERY} - {one.key for one in OURS} == {one.key for one in PROVIDER}


@pytest.mark.proves("L2")
def test_the_tables_that_never_change_are_those_with_the_trigger(book: Session):
    asked = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"

    guarded = set(book.scalars(text(asked)))

    assert guarded == set(APPEND_ONLY)


def test_every_invariant_is_told_of_in_the_docs():
    written = (Path(__file__).parents[2] / "docs" / "invariants.md").read_text(encoding="utf-8")

    missing = [one.key for one in EVERY if f"| {one.key} | {one.says} |" not in written]

    assert missing == []
    assert f"| {judge_again.KEY} | {judge_again.SAYS} |" in written
    assert f"| {file_again.KEY} | {file_again.SAYS} |" in written
