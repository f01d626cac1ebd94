"""Incidents: what they are about, which claim lines they strike, what they wait for, and when they may close."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.incidents import (
    BadIncident,
    Flag,
    Need,
    NotProven,
    Verdict,
    about_of,
    check_may_close,
    check_step,
    is_struck,
    measure_of,
    needs_of,
    runs_on,
)
from portal.domain.patterns import Measure

_LINE = {"problem": "damaged", "carrier": "Correios", "sku": "VAS-35", "ship_to_region": "SP", "vendor": None}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ([{"carrier": "Correios"}], True),
        ([{"carrier": "Correios", "ship_to_region": "SP"}], True),
        ([{"carrier": "Correios", "ship_to_region": "RJ"}], False),
        ([{"vendor": "Olaria"}], False),
        ([{"service": "express"}], False),
        ([{"sku": "PAN-28"}, {"problem": "damaged"}], True),
        ([], False),
    ],
)
def test_a_line_is_struck_where_all_that_an_incident_names_fits(about: list[dict[str, str]], *, expected: bool) -> None:
    assert is_struck(_LINE, about) is expected


def test_what_is_said_of_an_incident_is_kept_in_one_order_without_blanks() -> None:
    about = about_of({"sku": " VAS-35 ", "problem": None, "carrier": "Correios", "vendor": " "})

    assert list(about.items()) == [("carrier", "Correios"), ("sku", "VAS-35")]


@pytest.mark.parametrize(("said", "words"), [({}, "is about something"), ({"weather": "bad"}, "not about weather")])
def test_an_incident_about_nothing_or_about_the_unknown_is_refused(said: dict[str, str | None], words: str) -> None:
    with pytest.raises(BadIncident, match=words):
        about_of(said)


_TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("from_on", "until_on", "field"),
    [
        (date(1999, 1, 1), None, "from_on"),
        (date(9999, 12, 31), None, "from_on"),
        (_TODAY, _TODAY - timedelta(days=1), "until_on"),
        (_TODAY - timedelta(days=9), _TODAY - timedelta(days=2), "until_on"),
        (_TODAY, date(9999, 12, 31), "until_on"),
    ],
)
def test_a_step_that_is_over_or_years_away_is_refused(from_on: date, until_on: date | None, field: str) -> None:
    with pytest.raises(BadIncident) as refused:
        check_step(from_on, until_on, _TODAY)

    assert refused.value.field == field


def test_a_step_runs_from_its_first_day_to_its_last_and_with_them() -> None:
    before, after = _TODAY - timedelta(days=1), _TODAY + timedelta(days=1)

    assert [runs_on(_TODAY, until, _TODAY) for until in (None, _TODAY, after)] == [True, True, True]
    assert not runs_on(before, before, _TODAY)
    assert not runs_on(after, None, _TODAY)


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ({}, [Need.OWNER, Need.CAUSE, Need.FIX]),
        ({"owned": True, "cause_confirmed": True, "fix_on": _TODAY}, [Need.PROOF]),
        ({"owned": True, "cause_confirmed": True, "fix_on": _TODAY + timedelta(days=1)}, []),
        ({"closed": True}, []),
        ({"closed": True, "flag": Flag.CAME_BACK}, [Need.CAME_BACK]),
        ({"closed": True, "flag": Flag.NOT_PROVEN}, []),
    ],
)
def test_an_incident_says_what_it_waits_for(said: dict[str, Any], needs: list[Need]) -> None:
    bare = {"owned": False, "cause_confirmed": False, "fix_on": None, "closed": False, "flag": None}

    assert list(needs_of(**(bare | said), today=_TODAY)) == needs


@pytest.mark.parametrize(
    ("about", "measure"),
    [
        ({"problem": "missing_line", "sku": "X"}, Measure.WRONG),
        ({"problem": "charged_wrongly"}, None),
        ({"problem": "sung"}, None),
        ({"vendor": "Olaria"}, None),
    ],
)
def test_what_must_fall_follows_the_problem_that_is_named(about: dict[str, str], measure: Measure | None) -> None:
    assert measure_of(about) is measure


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.FELL])
def test_only_what_fell_may_be_closed_as_proven(verdict: Verdict) -> None:
    check_may_close(Verdict.FELL, 0)

    with pytest.raises(NotProven) as refused:
        check_may_close(verdict, 85)

    assert (refused.value.verdict, refused.value.lacking) == (verdict, 85)
