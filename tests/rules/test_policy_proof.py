"""The proof of a policy, held against every claim of a small world one by one, and against its own examples."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.facts import Facts
from portal.domain.policy import Policy, default_policy, judge, parse
from portal.domain.policy.proof import Concern, ConcernKind, Severity, prove
from portal.domain.problems import NEVER_LEFT, SENSIBLE, ParcelState, Problem
from tests.support.claim_facts import brl, some_facts

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
}
_NO = {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}}
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


def state_of(status: str, delivered: int | None, left: int | None, promised: int | None, again: int) -> ParcelState:
    """Tell the state as ``portal.domain.problems.parcel_state`` does, from days instead of moments."""
    if delivered is not None and delivered >= 0:
        return ParcelState.DELIVERED
    if status in NEVER_LEFT and not again:
        return ParcelState.CANCELLED
    if left is None or left < 0:
        return ParcelState.NOT_SHIPPED
    return ParcelState.LATE if promised is not None and promised >= 1 else ParcelState.ON_THE_WAY


def parcels() -> Iterator[dict[str, Any]]:
    """Give every parcel of a small world."""
    days = product(("shipped", "canceled"), (None, -1, 0, 1, 3), (None, 0), (None, -1, 0, 1, 2), (0, 1))
    for status, delivered, left, promised, again in days:
        for late in _lateness(promised, delivered):
            yield {
                "order_status": status,
                "days_since_delivered": delivered,
                "days_since_handed_over": left,
                "days_since_promised": promised,
                "days_late": late,
                "sent_again": again,
                "parcel_state": state_of(status, delivered, left, promised, again),
            }


def _lateness(promised: int | None, delivered: int | None) -> tuple[int | None, ...]:
    return (None,) if promised is None or delivered is None else (promised - delivered - 1, promised - delivered)


_PARCELS = list(parcels())


def told_apart(asked: set[str]) -> list[dict[str, Any]]:
    """Give the parcels of the small world that differ in what is asked about."""
    names = asked | {"parcel_state"}
    if "second_failure" in asked:
        names |= {"sent_again"}
    return list({tuple(parcel.get(name) for name in sorted(names)): parcel for parcel in _PARCELS}.values())


def world(asked: set[str]) -> Iterator[Facts]:
    """Give every claim of a small world, as far as facts are asked about."""
    values = [(0, 0), (50, 50), (50, 300), (100, 100), (100, 250), (200, 200), (250, 250)]
    money = values if asked & {"line_value", "claimed_value"} else values[:1]
    methods: list[set[str]] = [set(), {"card"}, {"boleto"}, {"card", "boleto"}, {"voucher"}, {"boleto", "voucher"}]
    history: list[tuple[int, ...]] = [(), (5,), (60,), (5, 60), (5, 6)]
    others = list(
        product(
            money,
            methods if "payment_methods" in asked else methods[:1],
            history if "earlier_claims" in asked else history[:1],
        )
    )
    for problem, parcel in product((Problem.LATE, Problem.OTHER, Problem.CHARGED_WRONGLY), told_apart(asked)):
        for second in {True, parcel["sent_again"] > 0}:
            for (line, claimed), held, days in others:
                yield some_facts(
                    **parcel,
                    problem=problem,
                    second_failure=second,
                    goods=line,
                    shipping=0,
                    claimed_value=brl(claimed),
                    payment_methods=frozenset(held),
                    earlier_claims_days=days,
                )


def keys(concerns: tuple[Concern, ...], *kinds: ConcernKind) -> set[str]:
    return {one.rules[0] for one in concerns if one.kind in kinds}


def places(concerns: tuple[Concern, ...]) -> set[str]:
    return {one.place for one in concerns if one.kind is ConcernKind.NOT_COVERED}


_FACTS = st.lists(st.sampled_from(sorted(_MENU)), min_size=1, max_size=3, unique=True)
_RULE = _FACTS.flatmap(lambda names: st.fixed_dictionaries({name: st.sampled_from(_MENU[name]) for name in names}))


@settings(max_examples=10, deadline=None)
@given(rules=st.lists(_RULE, min_size=1, max_size=4))
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
@given(rules=st.lists(_RULE, min_size=1, max_size=6))
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
    ],
)
def test_conditions_that_no_claim_passes_together_contradict(when: dict[str, Any]) -> None:
    concerns = prove(policy_of(when)).concerns

    assert keys(concerns, ConcernKind.CONTRADICTS_ITSELF) == {"rule_0"}


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


def test_more_ways_of_paying_than_can_be_proven_are_told() -> None:
    ways = [f"way_{number}" for number in range(14)]
    proof = prove(policy_of(*({"payment_methods": {"any_of": ways[: number + 1]}} for number in range(14))))

    assert [one.kind for one in proof.of(Severity.ERROR)] == [ConcernKind.UNDECIDED]
    assert "payment_methods" in proof.of(Severity.ERROR)[0].place


def test_the_default_policy_covers_everything_and_every_rule_of_it_counts() -> None:
    proof = prove(default_policy())

    assert proof.may_be_published
    assert places(proof.concerns) == set()
