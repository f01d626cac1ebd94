"""The public page says of each rule what it does, and nothing that the policy does not do: for any policy."""

import re
from dataclasses import fields
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.money import Money
from portal.domain.policy import OutcomeKind, Policy, judge
from portal.domain.policy.plans import OfferPlan
from portal.domain.policy.reading import default_policy, parse
from portal.domain.policy.table import Outcome, Rule
from portal.domain.policy.vocabulary import VOCABULARY
from portal.domain.problems import Problem
from portal.letters.guide import remarks
from portal.letters.language import LOCALES, day, money, share
from portal.letters.rules.conditions import Reader
from portal.letters.rules.facts import LABELS, WORDS
from portal.letters.rules.outcomes import done
from portal.letters.rules.page import PolicySaid, RuleSaid, currency_for, policy_said
from tests.support.any_policies import policies
from tests.support.random_claims import Claims

EUROS = Reader("en", "EUR")
# Shares are told in percent, and days of the calendar as such.
SAID_OTHERWISE = {"claimed_share", "given_back_share", "today"}


def _said(policy: Policy, reader: Reader = EUROS) -> dict[int, RuleSaid]:
    return {one.number: one for section in policy_said(policy, reader).sections for one in section.rules}


def _numbers(text: str) -> list[str]:
    """Give every figure in a text, amounts and shares with their signs."""
    return re.findall(r"[^\s\d]*\d[\d,.]*(?:%)?", text)


def _all_of(said: PolicySaid) -> str:
    rules = [rule for section in said.sections for rule in section.rules]
    told = [" ".join([*sum(rule.asks, ()), *rule.does]) for rule in rules]
    return " ".join([*told, *said.rest, *(section.heading for section in said.sections)])


def test_every_fact_and_every_word_of_it_has_words_for_customers():
    unsaid = [
        f"{name} {word}"
        for name, fact in VOCABULARY.items()
        for word in fact.choices or ()
        if word not in WORDS.get(name, {})
    ]

    assert VOCABULARY.keys() <= LABELS.keys()
    assert unsaid == []


def test_nothing_of_an_outcome_is_left_unsaid():
    """Whoever adds to an outcome or an offer adds its words, and names it here."""
    assert {field.name for field in fields(OfferPlan)} == {
        *("kind goods shipping overpaid bonus cap bonus_cap arrives_in_days expires_in_days".split()),
        *("fixed rounding claim_cap customer_cap".split()),
    }
    assert {field.name for field in fields(Outcome)} == {
        *("kind plans policy_class evidence wait reason alternative answer_within_hours wording".split()),
        *("keeps answered_by".split()),
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_the_default_policy_is_said_whole_and_in_words_that_the_guide_lets_pass(locale: str):
    policy = default_policy()

    said = policy_said(policy, Reader(locale, "BRL"))

    assert {rule.number for section in said.sections for rule in section.rules} == set(range(1, len(policy.rules) + 1))
    text = _all_of(said)
    assert remarks(text, locale) == []
    assert "%(" not in text
    assert not re.search(r"\b\w+_\w+\b", text)


@settings(max_examples=30)
@given(policies())
def test_of_any_policy_each_rule_says_what_it_does_and_nothing_else(document: dict[str, Any]):
    policy = parse(document)

    said = _said(policy)

    assert set(said) == set(range(1, len(policy.rules) + 1))
    for number, rule in enumerate(policy.rules, start=1):
        _check_asks(rule, said[number])
        _check_does(rule, said[number])


def _check_asks(rule: Rule, said: RuleSaid) -> None:
    asked = [one for one in rule.conditions if one.name != "problem"]
    assert [LABELS[one.name] for one in asked] == [label for label, _ in said.asks]
    assert len({*said.asks}) == len({(one.name, one.wanted) for one in asked})
    for one, (_, must) in zip(asked, said.asks, strict=True):
        for bound in ("low", "high", "window"):
            value = getattr(one.region, bound, None)
            if isinstance(value, dict):
                assert money(Money(value["EUR"], "EUR"), "en") in must
            elif value and (bound, value) != ("window", 1) and one.name not in SAID_OTHERWISE:
                assert str(value) in must


def _check_does(rule: Rule, said: RuleSaid) -> None:
    """Every figure of the outcome is told, and every figure that is told is one of the outcome."""
    told = " ".join(said.does)
    outcome, known = rule.outcome, set[str]()
    for plan in outcome.plans:
        shares = [plan.goods, plan.shipping, plan.overpaid, plan.bonus]
        known |= {share(one, "en") for one in shares if one}
        amounts = [plan.cap, plan.bonus_cap if plan.bonus else None, plan.fixed, plan.claim_cap]
        known |= {money(Money(one["EUR"], "EUR"), "en") for one in amounts if one is not None}
        if plan.rounding is not None:
            known.add(money(Money(plan.rounding.step["EUR"], "EUR"), "en"))
        if plan.customer_cap is not None:
            known |= {money(Money(plan.customer_cap.most["EUR"], "EUR"), "en"), str(plan.customer_cap.window)}
        known |= {str(one) for one in (plan.arrives_in_days, plan.expires_in_days) if one}
    if outcome.wait is not None and outcome.wait.until is None:
        known.add(str(outcome.wait.days))
    if outcome.answer_within_hours:
        known.add(str(outcome.answer_within_hours))
    figures = {figure.rstrip(".,") for figure in _numbers(told)}
    if outcome.wait is not None and outcome.wait.until is not None:
        assert day(date.fromordinal(outcome.wait.until), "en", "UTC", year=True) in told
    else:
        assert figures <= known
        assert known - figures <= {"1"}
    words = {"Money back": "refund", "Store credit:": "store_credit", "We send it again": "replacement"}
    assert {kind for text, kind in words.items() if text in told} == {plan.kind.value for plan in outcome.plans}
    assert ("A person answers within" in told) == (outcome.kind is OutcomeKind.ESCALATE)
    assert ("We wait" in told) == (outcome.kind is OutcomeKind.WAIT)
    assert ("Here we say no" in told) == (outcome.kind is OutcomeKind.DECLINE)


@settings(max_examples=25)
@given(policies(), st.integers(0, 10_000))
def test_the_rule_that_decides_a_claim_stands_under_its_problem_before_any_other_that_fits(
    document: dict[str, Any], seed: int
):
    policy, chance = parse(document), Random(seed)
    sections = {
        section.problem: [rule.number for rule in section.rules] for section in policy_said(policy, EUROS).sections
    }
    keys = [rule.key for rule in policy.rules]

    for _ in range(20):
        facts = Claims(policy, chance).any_in("EUR")
        verdict = judge(facts, policy)
        if verdict.rule_key:
            number = keys.index(verdict.rule_key) + 1
            fitting = [
                n for n in sections[facts.problem] if all(one.test(facts) for one in policy.rules[n - 1].conditions)
            ]
            assert fitting[0] == number


def test_limits_and_budgets_are_told_as_a_person_who_answers_and_never_as_a_no():
    document = {**default_policy().document, "limits": [], "budgets": []}

    with_them, without = policy_said(default_policy(), EUROS).rest, policy_said(parse(document), EUROS).rest

    (more,) = set(with_them) - set(without)
    assert "a person answers in place of an offer, within 24 hours" in more


def test_two_policies_that_differ_in_what_they_do_are_never_said_the_same():
    document = dict(default_policy().document)
    packs = {name: {kind: dict(plan) for kind, plan in pack.items()} for name, pack in document["packs"].items()}
    packs["whole"]["refund"]["shipping"] = 99
    other = parse({**document, "packs": packs})

    assert _all_of(policy_said(default_policy(), EUROS)) != _all_of(policy_said(other, EUROS))


def test_half_a_percent_is_told_as_half_a_percent():
    document = dict(default_policy().document)
    rule = {
        "key": "one",
        "describe": "x",
        "when": {"problem": ["late"]},
        "then": {"offer": {"refund": {"goods": "12.5"}}, "class": "goodwill"},
    }

    said = _said(parse({**document, "rules": [rule]}))

    assert "12.5% of what you paid for the goods" in said[1].does[0]


@pytest.mark.parametrize(
    ("market", "wanted", "locale", "currency"),
    [
        ("PT", "", "pt_BR", "EUR"),
        ("GB", "", "en", "GBP"),
        ("GB", "JPY", "en", "JPY"),
        ("*", "", "pt_BR", "BRL"),
        ("*", "XXX", "en", "USD"),
    ],
)
def test_amounts_are_told_in_what_was_asked_for_else_the_markets_money_else_the_readers(
    market, wanted, locale, currency
):
    assert currency_for(default_policy(), market, wanted, locale) == currency


def test_a_policy_without_amounts_is_said_too():
    document = dict(default_policy().document)
    rule = {"key": "one", "describe": "x", "when": {"problem": ["late"]}, "then": {"person": {"reason": "no_rule"}}}
    policy = parse({**document, "amounts": {}, "packs": {}, "limits": [], "budgets": [], "rules": [rule]})

    said = policy_said(policy, Reader("en", currency_for(policy, "*", "", "en")))

    assert [len(section.rules) for section in said.sections] == [int(one is Problem.LATE) for one in Problem]
    assert done(policy.rules[0].outcome, EUROS) == said.sections[5].rules[0].does
