"""Limits and budgets of a draft: said in words, added, changed, taken out in forms, and refused where they must be."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from flask import Flask

from portal.domain.policy import parse_text
from portal.services.policy_text import add_row, remove_row
from portal.web.staff.policies.replay_page import other_limits
from tests.support.policy_desk import Desk, Wrong
from tests.support.policy_texts import SHARES


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk.started(app, SHARES)


def rows_of(desk: Desk, table: str) -> list[dict[str, Any]]:
    return list(tomllib.loads(desk.source()).get(table, []))


def test_limits_and_budgets_are_said_in_words_and_one_is_changed_by_its_form_and_nothing_else(desk: Desk):
    before = rows_of(desk, "limits")
    listed = desk.form("limits")

    untouched = desk.form("limits/card-180").submit("Save")
    page = desk.form("limits/card-180").submit("Save", {"o-limits-remedies": "6", "o-limits-within_hours": "8"})
    desk.form("budgets/goodwill-month").submit("Save", {"o-budgets-stops": "no"})

    for words in ("One card", "In the last 180 days", "up to 12 remedies", "Answered within 1 day", "Goodwill"):
        assert words in listed.text
    assert "Nothing was different" in untouched.text
    assert "Saved." in page.text
    assert "Answered within 8 hours" in page.text
    assert rows_of(desk, "limits") == [before[0], {**before[1], "remedies": 6, "within_hours": 8}]
    assert rows_of(desk, "budgets")[0]["stops"] is False
    assert desk.source().count("#") == SHARES.count("#")
    table = desk.page().text
    assert "Changed: One card, 180 days" in table
    assert "This text has other limits or budgets than the published one." in table
    # In which order they stand, and how soon a person answers, holds nothing back.
    same = add_row(remove_row(SHARES, "limits", 0), "limits", {**before[0], "within_hours": 8})
    assert not other_limits(parse_text(same), parse_text(SHARES))
    changed = desk.form("changes").text
    assert "One browser, 90 days" in changed
    assert "Goodwill, in a month" in changed


def test_a_limit_of_one_day_is_said_as_one(desk: Desk):
    typed = {"o-limits-subject": "card", "o-limits-within_days": "1", "o-limits-remedies": "1"}
    page = desk.form("limits/new").submit("Save", typed)

    assert "In the last 1 day, up to 1 remedy" in page.text
    assert "Added: One card, 1 day" in desk.page().text
    assert "1 days" not in desk.page().text + desk.form("limits/card-1").text
    desk.owner.headers["Accept-Language"] = "pt-BR"
    assert desk.form("limits/card-1").heading == "Um cartão, 1 dia"


def test_a_limit_and_a_budget_are_added_and_taken_out_again_without_a_trace(desk: Desk):
    desk.form("limits/new").submit(
        "Save", {"o-limits-subject": "device", "o-limits-within_days": "7", "o-limits-remedies": "3"}
    )
    fields = {"o-budgets-class": "entitled", "o-budgets-period": "year", "o-budgets-amount": "much"}
    desk.form("budgets/new").submit("Save", fields)
    added = rows_of(desk, "limits")[-1], rows_of(desk, "budgets")[-1]

    assert "In a month" not in desk.form("budgets/new").text
    for button in ("Remove One browser, In the last 7 days", "Remove Owed, In a year"):
        page = desk.form("limits").submit(button)
        assert "It is out of the draft." in page.text

    assert added == (
        {"subject": "device", "within_days": 7, "remedies": 3},
        {"class": "entitled", "period": "year", "amount": "much"},
    )
    assert desk.source() == SHARES
    # What explains both budgets of the default stays for the one that is left.
    default = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
    assert "# A budget that is spent" in remove_row(default, "budgets", 0)


WRONG: list[Wrong] = [
    ("limits/new", {}, "Please choose one of these."),
    ("limits/new", {"o-limits-subject": "card", "o-limits-within_days": "90"}, "Please give a number of remedies"),
    ("limits/card-180", {"o-limits-within_days": "soon"}, "Please give a whole number"),
    ("limits/card-180", {"o-limits-within_days": ""}, "Please give a whole number"),
    ("limits/card-180", {"o-limits-within_days": "400"}, "365"),
    ("limits/card-180", {"o-limits-remedies": "0"}, "100"),
    ("limits/card-180", {"o-limits-subject": "mailbox"}, "another limit is about the mailbox in 180 days"),
    ("limits/card-180", {"o-limits-value": "nothing_like_it"}, "nothing_like_it"),
    ("budgets/new", {"o-budgets-class": "goodwill", "o-budgets-period": "week"}, "Please choose one of these."),
    ("budgets/goodwill-month", {"o-budgets-period": "moon"}, "moon"),
    (
        "budgets/new",
        {"o-budgets-class": "goodwill", "o-budgets-period": "month", "o-budgets-amount": "much"},
        "another budget is for",
    ),
]


@pytest.mark.proves("input 77")
def test_what_cannot_be_is_refused_at_its_input_with_a_sentence_and_kept(desk: Desk):
    desk.refuses(WRONG, "row-form")


def test_of_two_who_change_one_limit_the_second_is_told_and_keeps_what_was_typed(desk: Desk):
    mine, gone = desk.form("limits/card-180"), desk.form("limits/mailbox-180")
    desk.form("budgets/goodwill-month").submit("Save", {"o-budgets-stops": "no"})

    late = mine.submit("Save", {"o-limits-remedies": "5"}, status=409)
    desk.form("limits").submit("Remove One mailbox, whatever tag it carries, In the last 180 days")
    lost = gone.submit("Save", {"o-limits-remedies": "4"}, status=409)

    assert "this draft has changed since you opened the page. What you typed is kept below." in late.text
    assert 'value="5"' in late.answer.text
    assert "What you typed is kept below." in lost.text
    assert [row.get("remedies") for row in rows_of(desk, "limits")] == [12]
    lost.submit("Save")
    assert rows_of(desk, "limits")[-1] == {
        "subject": "mailbox",
        "within_days": 180,
        "remedies": 4,
        "value": "much",
    }


def test_what_holds_as_usual_is_changed_in_place_and_refused_where_it_must_be(desk: Desk):
    stale = desk.form("defaults")

    wrong = stale.submit("Save", answer_within_hours="at once", offer_expires_in_days="0", status=422)
    far = stale.submit("Save", answer_within_hours="9999", status=422)
    untouched = stale.submit("Save")
    page = stale.submit("Save", answer_within_hours="12")
    late = stale.submit("Save", answer_within_hours="6", status=409)
    desk.owner.headers["Accept-Language"] = "pt-BR"
    in_portuguese = desk.form("text").submit(
        "Salvar o texto", text=desk.source().replace("= 12\n", "= 0\n"), status=422
    )
    limit = desk.form("limits/card-180").submit("Salvar", {"o-limits-remedies": "0"}, status=422)

    assert "Please give a whole number" in wrong.text
    assert 'value="at once"' in wrong.answer.text
    assert "must lie from 1 to 720, not at 9999" in far.text
    assert "Nothing was different" in untouched.text
    assert "Saved." in page.text
    assert 'value="6"' in late.answer.text
    assert "Isto não combina: precisa ficar entre 1 e 100, e não em 0" in limit.text
    sentence = "Isto não foi salvo. defaults.answer_within_hours: precisa ficar entre 1 e 720, e não em 0"
    assert sentence in in_portuguese.text
    assert desk.source() == SHARES.replace("answer_within_hours = 24", "answer_within_hours = 12")
