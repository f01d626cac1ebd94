"""The apology names what happened to them, in one language, and passes the guide."""

import itertools
from typing import Any

import pytest

from portal.domain.policy import Wording
from portal.domain.problems import SENSIBLE, ParcelState, Problem
from portal.letters.apology import Follows, apology, apology_for
from portal.letters.guide import remarks
from portal.letters.language import LOCALES, day
from tests.support.letters_samples import DELIVERED, OTHER_THING, PROMISED, THING, a_subject

_SITUATIONS = [(problem, state) for state, problems in SENSIBLE.items() for problem in problems]
_KNOWN: list[dict[str, Any]] = [
    {"promised_on": None, "delivered_on": None, "days_late": None},
    {"promised_on": PROMISED, "delivered_on": None, "days_late": -3},
    {"promised_on": PROMISED, "delivered_on": DELIVERED, "days_late": 1},
    {"promised_on": PROMISED, "delivered_on": DELIVERED, "days_late": 9},
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("problem", "state"), _SITUATIONS)
def test_every_sensible_report_gets_words_that_name_the_thing_and_pass_the_guide(problem, state, locale):
    for known, several, follows in itertools.product(_KNOWN, (False, True), Follows):
        subject = a_subject(
            locale, problem=problem, parcel_state=state, several=several, follows=follows, repeated=True, **known
        )

        said = apology(subject, locale)

        text = " ".join((said.heading, *said.paragraphs))
        assert THING[locale] in said.paragraphs[0]
        assert remarks(text, locale) == []
        assert "%(" not in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("state", ParcelState)
@pytest.mark.parametrize("problem", Problem)
def test_report_that_makes_no_sense_for_the_parcel_is_apologised_for_as_well(problem, state, locale):
    said = apology(a_subject(locale, problem=problem, parcel_state=state), locale)

    assert THING[locale] in said.paragraphs[0]
    assert remarks(" ".join(said.paragraphs), locale) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("problem", "state"), _SITUATIONS)
def test_every_apology_says_sorry_first_and_in_its_first_paragraph(problem, state, locale):
    sorry = {"en": "We are sorry", "pt_BR": "Pedimos desculpas"}[locale]

    said = apology(a_subject(locale, problem=problem, parcel_state=state), locale)

    assert said.heading.startswith(sorry)
    assert sorry in said.paragraphs[0]


def test_lost_parcel_is_told_with_its_day_and_how_long_it_has_been():
    said = apology(a_subject(), "en")

    assert said.paragraphs[0] == (
        "Your parcel with Blue kettle should have been with you by Tuesday, 3 November. It isn’t, and you have been"
        " left waiting. That is 9 days longer than we promised. We are sorry that we let you down."
    )
    assert said.wording_key == "missing_package.late"


@pytest.mark.parametrize("locale", LOCALES)
def test_how_grave_policy_calls_it_is_heard_and_the_gravest_line_counts(locale):
    each = {gravity: a_subject(locale, gravity=gravity) for gravity in Wording}

    said = {gravity: apology(subject, locale) for gravity, subject in each.items()}
    both = apology_for([each[Wording.LIGHT], each[Wording.SERIOUS]], locale)
    length = {gravity: len(" ".join(words.paragraphs)) for gravity, words in said.items()}

    assert length[Wording.LIGHT] < length[Wording.STANDARD] < length[Wording.SERIOUS]
    assert (both.paragraphs, both.gravity) == (said[Wording.SERIOUS].paragraphs, Wording.SERIOUS)
    assert [remarks(" ".join(words.paragraphs), locale) for words in said.values()] == [[], [], []]


def test_one_day_is_one_day():
    said = apology(a_subject("pt_BR", days_late=1), "pt_BR")

    assert "É 1 dia a mais do que prometemos." in said.paragraphs[0]


def test_delivered_but_not_there_is_not_doubted():
    said = apology(a_subject(parcel_state=ParcelState.DELIVERED, delivered_on=DELIVERED), "en")

    assert "came on Thursday, 12 November. You don’t have it, and that is what counts." in said.paragraphs[0]


@pytest.mark.parametrize("state", [ParcelState.DELIVERED, ParcelState.LATE])
def test_parcel_that_kept_its_day_is_not_called_longer_than_promised(state):
    said = apology(a_subject(problem=Problem.LATE, parcel_state=state, days_late=0, delivered_on=PROMISED), "en")

    assert day(PROMISED, "en", "UTC") not in " ".join(said.paragraphs)
    assert "longer than we promised" not in " ".join(said.paragraphs)


@pytest.mark.parametrize("locale", LOCALES)
def test_claim_of_several_problems_tells_the_gravest_and_names_every_thing(locale):
    damaged = a_subject(
        locale, problem=Problem.DAMAGED, parcel_state=ParcelState.DELIVERED, thing=OTHER_THING[locale], repeated=True
    )
    missing = a_subject(locale, problem=Problem.MISSING_PACKAGE, parcel_state=ParcelState.LATE)

    said = apology_for([damaged, missing], locale)

    text = " ".join(said.paragraphs)
    assert said.wording_key == "missing_package.late"
    assert THING[locale] in said.paragraphs[0]
    assert OTHER_THING[locale] in said.paragraphs[1]
    assert remarks(text, locale) == []


def test_lines_with_the_same_problem_are_told_together_in_the_plural():
    lines = [
        a_subject(problem=Problem.FAULTY, parcel_state=ParcelState.DELIVERED),
        a_subject(problem=Problem.FAULTY, parcel_state=ParcelState.DELIVERED, thing=OTHER_THING["en"]),
    ]

    said = apology_for(lines, "en")

    assert said.paragraphs[0].startswith("Blue kettle and Glass teapot do not work as they should.")


def test_day_that_lines_do_not_agree_on_is_not_told():
    lines = [a_subject(), a_subject(promised_on=DELIVERED, thing=OTHER_THING["en"])]

    said = apology_for(lines, "en")

    assert "by now" in said.paragraphs[0]
    assert "November" not in said.paragraphs[0]


def test_title_with_signs_of_formatting_stays_as_it_is():
    said = apology(a_subject(thing="100% cotton %(thing)s {0} <b>"), "en")

    assert "100% cotton %(thing)s {0} <b>" in said.paragraphs[0]
