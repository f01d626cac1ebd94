"""Another engine, given the same table, finds the same rule for the same claim; so do a plain chain of ifs and ours."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.facts import Facts
from portal.domain.policy import default_policy, judge, parse
from portal.domain.policy.compiled import Compiled
from tests.support.any_facts import facts, kept_earlier
from tests.support.claim_facts import some_facts
from tests.support.random_claims import Claims
from tests.support.same_verdicts import CURRENCIES, same_verdicts


@pytest.mark.parametrize("seed", [1, 2])
def test_four_ways_find_the_same_rule(tmp_path: Path, seed: int) -> None:
    came = same_verdicts(default_policy(), tmp_path, claims=1_200, chance=Random(seed))

    assert came.total() == 1_200
    # Most of the table is reached, so that what is compared is not one rule alone.
    assert len(came) > len(default_policy().rules) // 2


def test_the_compiled_policy_gives_the_same_offers_without_findings() -> None:
    policy, made = default_policy(), Claims(default_policy(), Random(3))
    compiled = Compiled(policy)

    for one in (made.any_in(currency) for currency in CURRENCIES for _ in range(300)):
        whole, plain = judge(one, policy), compiled.verdict(one)

        assert plain.findings == ()
        assert {**plain.to_document(), "asked": 0, "passed": 0, "found": 0, "trace": 0} == {
            **whole.to_document(),
            "asked": 0,
            "passed": 0,
            "found": 0,
            "trace": 0,
        }


def test_a_currency_that_the_policy_does_not_know_goes_to_a_person_in_both() -> None:
    claim = some_facts(currency="KWD")

    assert Compiled(default_policy()).rule_of(claim) is None
    assert judge(claim, default_policy()).rule_key == ""


def test_a_rule_that_asks_nothing_more_ends_the_search() -> None:
    document = dict(default_policy().document)
    policy = parse({**document, "rules": [{**document["rules"][-1], "when": {"problem": ["damaged"]}}]})
    compiled = Compiled(policy)

    found = compiled.rule_of(some_facts())

    assert found is policy.rules[0]
    assert [len(rows) for rows in compiled.values()] == [1]


_ASKED: list[dict[str, Any]] = [
    {"service": {"none_of": ["express"]}},
    {"signed_for_by": "unknown"},
    {"delivered_to": ["address"]},
    {"asked_by": ["us", "staff"]},
    {"days_since_last_scan": {"min": 10}},
    {"days_since_first_order": {"max": 365}},
    {"days_since_delivered": {"min": 1, "max": 30}},
    {"earlier_orders": {"within_days": 90, "max": 1}},
    {"remedies_value": {"within_days": 90, "min": "some_amount"}},
    {"incident_open": False},
    {"today": {"min": "2026-12-01"}},
    {"line_value": {"min": "some_amount", "below": "more"}},
    {"overpaid": "some"},
    {"card_refundable": "none"},
    {"given_back_share": {"min": "12.5"}},
    {"sent_again": {"max": 1}},
    {"parcel_state": ["delivered", "late"]},
]


@settings(max_examples=40, deadline=None)
@given(
    many=st.lists(facts() | kept_earlier(), min_size=1, max_size=10),
    rows=st.lists(st.lists(st.sampled_from(_ASKED), min_size=1, max_size=3), min_size=1, max_size=6),
)
def test_whatever_a_policy_asks_and_whatever_was_not_recorded_the_compiled_one_decides_the_same(
    many: list[Facts], rows: list[list[dict[str, Any]]]
) -> None:
    rules = [
        {
            "key": f"rule_{number}",
            "describe": "A rule.",
            "when": dict(pair for part in row for pair in part.items()),
            "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
        }
        for number, row in enumerate(rows)
    ]
    amounts = {"some_amount": {"BRL": "25.00", "EUR": "9.00"}, "more": {"BRL": "250.00", "EUR": "90.00"}}
    defaults = {"offer_expires_in_days": 30, "answer_within_hours": 24}
    policy = parse({"name": "A policy", "market": "*", "defaults": defaults, "amounts": amounts, "rules": rules})
    compiled = Compiled(policy)

    decided = [rule.key if (rule := compiled.rule_of(one)) else "" for one in many]

    assert decided == [judge(one, policy).rule_key for one in many]
