"""Every verdict has one plain sentence of reason for the customer, whatever the claim, and it names no rule."""

import re
from itertools import product
from random import Random

import pytest

from portal.domain.policy import OutcomeKind, judge
from portal.domain.policy.reading import default_policy
from portal.domain.problems import SENSIBLE, ParcelState, Problem
from portal.letters.guide import remarks
from portal.letters.language import LOCALES
from portal.letters.offer_reasons import OfferSubject, offer_reason
from tests.support.random_claims import Claims
from tests.support.reasons import reason_for

EVERY = [
    OfferSubject(problem, state, again=again, whole=whole, came_late=late, by_person=by_person)
    for state, problems in SENSIBLE.items()
    for problem in problems
    for again, whole, late, by_person in product((True, False), (True, False), (None, -1, 2), (True, False))
]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_offer_has_a_reason_that_the_guide_lets_pass(locale: str):
    said = {offer_reason(subject, locale) for subject in EVERY}

    assert len(said) > 15
    assert [remark for sentence in said for remark in remarks(sentence, locale)] == []
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_verdict_of_the_default_policy_over_any_claim_has_its_sentence(locale: str):
    policy, claims = default_policy(), Claims(default_policy(), Random(20_261_123))
    said: dict[OutcomeKind, set[str]] = {kind: set() for kind in OutcomeKind}

    for _ in range(3_000):
        facts = claims.any_in("BRL")
        verdict = judge(facts, policy)
        said[verdict.outcome].add(reason_for(verdict, facts, locale))

    assert all(said.values())
    every = set[str]().union(*said.values())
    assert not [one for one in every if re.search(r"\b\w+_\w+\b|%\(", one)]
    assert [one for one in every for rule in policy.rules if rule.describe in one] == []


def test_what_a_person_offers_is_told_as_what_a_person_offers():
    subject = OfferSubject(Problem.DAMAGED, ParcelState.DELIVERED, False, True, None, by_person=True)

    assert offer_reason(subject, "en").startswith("A person on our team")


@pytest.mark.parametrize(
    ("problem", "state", "whole", "words"),
    [
        (Problem.MISSING_PACKAGE, ParcelState.LATE, True, "past the day we promised"),
        (Problem.MISSING_PACKAGE, ParcelState.DELIVERED, True, "Your word is enough"),
        (Problem.MISSING_PACKAGE, ParcelState.DELIVERED, False, "for a long time now"),
        (Problem.DAMAGED, ParcelState.DELIVERED, True, "came damaged"),
        (Problem.DAMAGED, ParcelState.DELIVERED, False, "a while ago"),
        (Problem.CHARGED_WRONGLY, ParcelState.CANCELLED, True, "was cancelled"),
        (Problem.CHARGED_WRONGLY, ParcelState.DELIVERED, True, "the difference is yours"),
        (Problem.LATE, ParcelState.NOT_SHIPPED, True, "still with us"),
    ],
)
def test_the_reason_says_what_happened(problem: Problem, state: ParcelState, *, whole: bool, words: str):
    subject = OfferSubject(problem, state, again=False, whole=whole, came_late=None, by_person=False)

    assert words in offer_reason(subject, "en")
