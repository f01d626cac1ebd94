"""Facts that were kept before some facts were gathered stay readable, and nothing is guessed of them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from portal.domain.facts import LATER, EarlierRemedy, Facts
from portal.domain.policy import Policy, default_policy, judge, parse
from portal.domain.policy.compiled import Compiled
from portal.domain.policy.vocabulary import VOCABULARY
from tests.support.any_facts import facts, kept_earlier
from tests.support.claim_facts import some_facts

_EITHER_WAY: dict[str, list[Any]] = {
    "service": [["express"], {"none_of": ["express"]}, "known", "unknown"],
    "signed_for_by": [["customer"], {"none_of": ["customer"]}, "unknown"],
    "delivered_to": [["address"], {"none_of": ["address"]}, "unknown"],
    "asked_by": [["customer"], {"none_of": ["customer"]}],
    "days_since_last_scan": [{"max": 5}, {"min": 6}, "unknown"],
    "days_since_first_order": [{"max": 5}, {"min": 6}],
    "earlier_orders": [{"within_days": 30, "min": 1}, {"within_days": 30, "max": 0}],
    "failed_follow_ups": [{"within_days": 30, "min": 1}, {"within_days": 30, "max": 0}],
    "earlier_remedies": [{"within_days": 30, "min": 1}, {"within_days": 30, "max": 0}],
    "remedies_value": [{"within_days": 30, "min": "limit"}, {"within_days": 30, "below": "limit"}],
    "goodwill_value": [{"within_days": 30, "min": "limit"}, {"within_days": 30, "below": "limit"}],
    "incident_open": [True, False],
}


def policy_of(name: str, asked: object) -> Policy:
    return parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": {"limit": {"BRL": "100.00"}},
            "rules": [
                {
                    "key": "the_rule",
                    "describe": "A rule.",
                    "when": {name: asked},
                    "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
                }
            ],
        }
    )


def kept_before_all_of_it(**changes: Any) -> Facts:
    document = some_facts(**changes).to_document()
    return Facts.from_document({name: value for name, value in document.items() if name not in LATER})


def test_every_fact_that_kept_facts_may_lack_is_asked_here() -> None:
    assert {fact.name for fact in VOCABULARY.values() if fact.may_lack} == set(_EITHER_WAY)


@pytest.mark.parametrize(("name", "asked"), [(name, asked) for name, many in _EITHER_WAY.items() for asked in many])
def test_a_condition_on_what_was_not_recorded_passes_nothing_and_says_so(name: str, asked: object) -> None:
    policy, lacking = policy_of(name, asked), kept_before_all_of_it()

    verdict = judge(lacking, policy)

    assert verdict.rule_key == ""
    assert [finding.found for finding in verdict.findings] == ["not recorded"]
    assert Compiled(policy).rule_of(lacking) is None


@pytest.mark.parametrize("name", _EITHER_WAY)
def test_the_same_condition_passes_one_way_or_the_other_where_it_was_recorded(name: str) -> None:
    recorded = some_facts(service="express", days_since_last_scan=3)

    passed = [judge(recorded, policy_of(name, asked)).rule_key for asked in _EITHER_WAY[name]]

    assert "the_rule" in passed


@pytest.mark.proves("F13")
@settings(max_examples=30, deadline=None)
@given(kept=kept_earlier())
def test_kept_facts_that_lack_some_are_read_written_and_judged_the_same(kept: Facts) -> None:
    again = Facts.from_document(json.loads(json.dumps(kept.to_document())))

    assert again == kept
    assert judge(again, default_policy()) == judge(kept, default_policy())


@settings(max_examples=30, deadline=None)
@given(one=facts())
def test_facts_with_all_of_it_come_back_equal(one: Facts) -> None:
    again = Facts.from_document(json.loads(json.dumps(one.to_document())))

    assert again == one
    assert again.unrecorded == frozenset()


def test_what_was_not_recorded_is_not_written() -> None:
    assert LATER.isdisjoint(kept_before_all_of_it().to_document())


def test_history_keeps_what_each_remedy_was_worth() -> None:
    held = some_facts(earlier_remedies=(EarlierRemedy(3, 500, 200), EarlierRemedy(40, 900, 0)))

    assert held.earlier_remedies_days == (3, 40)
    assert held.remedies_given == ((3, 500), (40, 900))
    assert held.goodwill_given == ((3, 200), (40, 0))
    assert replace(held, earlier_remedies=()).goodwill_given == ()
