"""The proof of a policy, held against every claim of a small world one by one, and against its own examples."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.policy import Policy, default_policy, judge, parse
from portal.domain.policy.proof import Concern, ConcernKind, Severity, prove
from portal.domain.problems import SENSIBLE, Problem
from portal.letters.concerns import sentence_of, words_of
from tests.support.small_world import world

_MENU: dict[str, list[Any]] = {
    "problem": [["late"], ["late", "other"], {"none_of": ["late"]}],
    "parcel_state": [["delivered"], ["late", "on_the_way"], {"none_of": ["cancelled"]}],
    "days_since_delivered": [{"max": 0}, {"min": 1}, {"min": 1, "max": 2}, "known", "unknown"],
    "days_since_promised": [{"max": 0}, {"min": 1}, "unknown"],
    "days_late": [{"min": 1}, {"max": 0}, "known"],
    "line_value": [{"min": "low"}, {"below": "low"}, {"min": "low", "max": "high"}, "none"],
    "claimed_value": [{"min": "high"}, {"max": "low"}],
    "sent_again": [{"min": 1}, {"max": 0}],
    "second_failure": [True, False],
    "payment_methods": [{"any_of": ["card"]}, {"none_of": ["card", "boleto"]}, {"only": ["boleto"]}],
    "earlier_claims": [{"within_days": 30, "min": 1}, {"within_days": 90, "max": 1}],
    "earlier_orders": [{"within_days": 90, "min": 1}, {"within_days": 30, "max": 0}],
    "days_since_ordered": [{"min": 1}, {"max": 0}],
    "days_since_first_order": [{"max": 0}, {"min": 2}, {"max": 1}],
    "signed_by": [True, False],
    "signed_for_by": [["customer", "neighbour"], {"none_of": ["neighbour"]}, "unknown"],
    "delivered_to": [["neighbour"], {"none_of": ["address"]}, "unknown"],
    "left_at": ["known", "unknown"],
    "on_behalf": [True, False],
    "asked_by": [["staff", "us"], {"none_of": ["customer"]}],
    "remedies_value": [{"within_days": 30, "min": "low"}, {"within_days": 90, "below": "low"}],
    "goodwill_value": [{"within_days": 90, "min": "low"}, {"within_days": 30, "max": "low"}],
    "incident_open": [True, False],
    "today": [{"max": "2026-06-30"}, {"min": "2026-07-01", "max": "2026-12-31"}],
}
_NO = {"decline": {"reason": "charge_agrees", "alternative": "repair_advice"}}
_NO_WITH_A_PERSON = {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}}
_PERSON = {"person": {"reason": "high_value"}}


def policy_of(*rules: dict[str, Any]) -> Policy:
    rows = [
        {"key": f"rule_{number}", "describe": "A rule.", "when": rule, "then": _PERSON if number % 2 else _NO}
        for number, rule in enumerate(rules)
    ]
    return parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": {"low": {"BRL": "1.00"}, "high": {"BRL": "2.00"}},
            "rules": rows,
        }
    )


def keys(concerns: tuple[Concern, ...], *kinds: ConcernKind) -> set[str]:
    return {one.rules[0] for one in concerns if one.kind in kinds}


def places(concerns: tuple[Concern, ...]) -> set[str]:
    return {one.place for one in concerns if one.kind is ConcernKind.NOT_COVERED}


def _rules_about(names: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    told = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    rule = told.flatmap(lambda some: st.fixed_dictionaries({name: st.sampled_from(_MENU[name]) for name in some}))
    return st.lists(rule, min_size=1, max_size=5)


# A world of more facts than these at once would have too many claims.
_RULES_OF_THREE_FACTS = st.lists(st.sampled_from(sorted(_MENU)), min_size=1, max_size=3, unique=True).flatmap(
    _rules_about
)
_RULES = _rules_about(sorted(_MENU))


@settings(max_examples=10, deadline=None)
@given(rules=_RULES_OF_THREE_FACTS)
def test_a_small_world_one_by_one_says_what_the_proof_says(rules: list[dict[str, Any]]) -> None:
    policy = policy_of(*rules)
    won: set[str] = set()
    open_places: set[str] = set()
    for facts in world({name for rule in rules for name in rule}):
        key = judge(facts, policy).rule_key
        won.add(key)
        if not key and facts.problem in SENSIBLE[facts.parcel_state]:
            open_places.add(f"{facts.problem}, {facts.parcel_state}")

    concerns = prove(policy).concerns

    never = keys(concerns, ConcernKind.CONTRADICTS_ITSELF, ConcernKind.NEVER_REACHED)
    assert never == {rule.key for rule in policy.rules} - won
    seen = {problem.value for problem in (Problem.LATE, Problem.OTHER, Problem.CHARGED_WRONGLY)}
    assert {place for place in places(concerns) if place.partition(",")[0] in seen} == open_places


@settings(max_examples=30, deadline=None)
@given(rules=_RULES)
def test_every_example_is_a_claim_of_which_it_is_true(rules: list[dict[str, Any]]) -> None:
    policy = policy_of(*rules)

    for one in prove(policy).concerns:
        if one.kind is ConcernKind.NOT_COVERED:
            assert one.example is not None
            assert judge(one.example, policy).rule_key == ""
        if one.kind is ConcernKind.LATER_IS_KINDER:
            assert one.example is not None
            verdict = judge(one.example, policy)
            assert verdict.rule_key == one.rules[0]
            assert all(finding.passed for finding in verdict.findings_of(one.rules[1]))


def test_a_rule_behind_others_that_together_take_all_of_it_names_them() -> None:
    policy = policy_of(
        {"days_since_delivered": {"max": 10}},
        {"days_since_delivered": {"min": 11}},
        {"days_since_delivered": {"min": 5, "max": 20}},
    )

    found = [one for one in prove(policy).concerns if one.kind is ConcernKind.NEVER_REACHED]

    assert [(one.rules, one.by, one.severity) for one in found] == [(("rule_2",), ("rule_0", "rule_1"), Severity.ERROR)]


@pytest.mark.parametrize(
    "when",
    [
        {"parcel_state": ["delivered"], "days_since_delivered": "unknown"},
        {"parcel_state": ["on_the_way"], "days_since_promised": {"min": 1}},
        {"days_late": {"min": 3}, "days_since_promised": {"max": 2}, "parcel_state": ["delivered"]},
        {"line_value": {"min": "high"}, "claimed_value": {"max": "low"}},
        {"sent_again": {"min": 1}, "second_failure": False},
        {"paid": False, "order_value": "some"},
        {"days_since_ordered": {"min": 31}, "days_since_first_order": {"max": 30}},
        {"signed_for_by": ["customer"], "signed_by": False},
        {"delivered_to": "known", "parcel_state": ["late"]},
        {"delivered_to": ["safe_place"], "left_at": "unknown"},
        {"asked_by": ["us"], "on_behalf": True},
        {"goodwill_value": {"within_days": 30, "min": "high"}, "remedies_value": {"within_days": 90, "below": "high"}},
        {"earlier_remedies": {"within_days": 90, "max": 0}, "goodwill_value": {"within_days": 30, "min": "low"}},
    ],
)
def test_conditions_that_no_claim_passes_together_contradict(when: dict[str, Any]) -> None:
    concerns = prove(policy_of(when)).concerns

    assert keys(concerns, ConcernKind.CONTRADICTS_ITSELF) == {"rule_0"}


def test_windows_of_different_facts_have_nothing_to_do_with_each_other() -> None:
    when = {"earlier_claims": {"within_days": 30, "min": 3}, "earlier_orders": {"within_days": 90, "max": 0}}

    assert keys(prove(policy_of(when)).concerns, ConcernKind.CONTRADICTS_ITSELF) == set()


def test_a_condition_that_the_others_imply_is_always_true() -> None:
    policy = policy_of({"parcel_state": ["delivered"], "days_since_delivered": {"min": 0}, "problem": ["late"]})

    found = [one for one in prove(policy).concerns if one.kind is ConcernKind.ALWAYS_TRUE]

    assert {(one.rules, one.place) for one in found} == {
        (("rule_0",), "parcel_state"),
        (("rule_0",), "days_since_delivered"),
    }


def test_bounds_that_stand_otherwise_in_one_currency_are_found_there() -> None:
    rows = [
        {"key": "dear", "describe": "A rule.", "when": {"line_value": {"min": "low"}}, "then": _NO},
        {"key": "cheap", "describe": "A rule.", "when": {"line_value": {"below": "high"}}, "then": _NO},
    ]
    amounts = {"low": {"BRL": "5.00", "EUR": "8.00"}, "high": {"BRL": "9.00", "EUR": "2.00"}}
    shared = {"name": "A policy", "market": "*", "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24}}
    policy = parse({**shared, "amounts": amounts, "rules": rows})

    gaps = [one for one in prove(policy).concerns if one.kind is ConcernKind.NOT_COVERED]

    assert {one.example.line_value.currency for one in gaps if one.example} == {"EUR"}


def test_what_takes_too_many_steps_is_named_and_stops_publishing() -> None:
    proof = prove(policy_of({"problem": ["late"]}, {"problem": ["other"]}), steps=1)

    assert not proof.may_be_published
    assert {one.kind for one in proof.of(Severity.ERROR)} == {ConcernKind.UNDECIDED}


def test_a_pair_that_cannot_be_decided_in_time_is_named_with_how_many_come_after_it() -> None:
    policy = policy_of(*({"problem": [problem]} for problem in ("late", "other", "wrong", "damaged")))

    pairs = [one for one in prove(policy, together=0).of(Severity.ERROR) if len(one.rules) == 2]

    assert [sentence_of(one) % words_of(one) for one in pairs] == [
        "What “rule_0” takes from “rule_1” could not be decided in time. Pairs of rules after it: 5."
    ]


def test_more_ways_of_paying_than_can_be_proven_are_told() -> None:
    ways = [f"way_{number}" for number in range(14)]
    proof = prove(policy_of(*({"payment_methods": {"any_of": ways[: number + 1]}} for number in range(14))))

    assert [one.kind for one in proof.of(Severity.ERROR)] == [ConcernKind.UNDECIDED]
    assert "payment_methods" in proof.of(Severity.ERROR)[0].place


def test_the_default_policy_covers_everything_and_every_rule_of_it_counts() -> None:
    proof = prove(default_policy())

    assert proof.may_be_published
    assert places(proof.concerns) == set()


_REFUND = {"offer": {"refund": {"goods": 100, "shipping": 100}}, "class": "entitled"}
_OVERPAID = {"offer": {"refund": {"overpaid": 100}}, "class": "entitled"}
_AGAIN = {"offer": {"replacement": {"arrives_in_days": 8}}, "class": "entitled"}
_PAID_AND_BACK = {"given_back_share": {"min": 100}, "overpaid": "none"}


@pytest.mark.parametrize(
    ("no", "when", "loser", "expected"),
    [
        (_NO, {"problem": ["late"]}, _PERSON, True),
        (_NO_WITH_A_PERSON, {"problem": ["late"]}, _PERSON, False),
        (_NO_WITH_A_PERSON, {"problem": ["late"]}, _REFUND, True),
        (_NO_WITH_A_PERSON, {"paid": False}, _REFUND, False),
        (_NO_WITH_A_PERSON, {"paid": False}, _OVERPAID, False),
        (_NO_WITH_A_PERSON, {"paid": False}, _AGAIN, True),
        (_NO, {"paid": False}, _REFUND, True),
        (_NO_WITH_A_PERSON, _PAID_AND_BACK, _REFUND, False),
        (_NO_WITH_A_PERSON, {"given_back_share": {"min": 100}}, _OVERPAID, True),
        (_NO_WITH_A_PERSON, {"given_back_share": {"min": 99}, "overpaid": "none"}, _REFUND, True),
    ],
)
def test_a_no_hides_what_is_kinder_only_where_that_gives_something_that_it_does_not_lead_to(
    no: dict[str, Any], when: dict[str, Any], loser: dict[str, Any], *, expected: bool
) -> None:
    document = dict(policy_of(when, {"parcel_state": ["delivered"]}).document)
    first, second = document["rules"]
    policy = parse({**document, "rules": [{**first, "then": no}, {**second, "then": loser}]})

    told = keys(prove(policy).concerns, ConcernKind.LATER_IS_KINDER)

    assert told == ({"rule_0"} if expected else set())


def test_the_policy_that_ships_needs_no_word_to_be_published() -> None:
    assert [one for one in prove(default_policy()).concerns if one.severity is not Severity.NOTE] == []
