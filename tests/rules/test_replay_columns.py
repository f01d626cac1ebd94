"""Replay in columns says of every claim what judging it alone says: the rule, the outcome and every amount."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.replay import NOT_OFFERED, judge_columns
from portal.analysis.replay.kept_texts import reading_of
from portal.domain.facts import Facts
from portal.domain.offers import RemedyKind
from portal.domain.policy import OutcomeKind, Policy, default_policy, judge, parse
from tests.support.any_facts import facts, kept_earlier
from tests.support.kept_texts import columns_of


def said_alone(one: Facts, policy: Policy) -> tuple[str, OutcomeKind, dict[RemedyKind, tuple[int, int]]]:
    verdict = judge(one, policy)
    offers = {offer.kind: (offer.amount.minor, offer.bonus.minor) for offer in verdict.offers}
    return verdict.rule_key, verdict.outcome, offers


def said_together(
    many: list[Facts], policy: Policy
) -> list[tuple[str, OutcomeKind, dict[RemedyKind, tuple[int, int]]]]:
    judged = judge_columns(policy, columns_of([one.to_document() for one in many], reading_of([policy])))
    keys = [*(rule.key for rule in policy.rules), ""]
    return [
        (
            keys[judged.rules[row]],
            list(OutcomeKind)[judged.outcomes[row]],
            {
                kind: (int(judged.amounts[kind][row]), int(judged.bonuses[kind][row]))
                for kind in RemedyKind
                if judged.amounts[kind][row] != NOT_OFFERED
            },
        )
        for row in range(len(many))
    ]


@settings(max_examples=30, deadline=None)
@given(many=st.lists(facts(), min_size=1, max_size=25))
def test_the_default_policy_says_the_same_in_columns(many: list[Facts]) -> None:
    policy = default_policy()

    assert said_together(many, policy) == [said_alone(one, policy) for one in many]


_CONDITIONS: list[dict[str, Any]] = [
    {"days_late": "unknown"},
    {"days_since_delivered": {"max": 0}},
    {"left_at": ["neighbour"]},
    {"left_at": {"none_of": ["neighbour", "door"]}},
    {"left_at": "unknown"},
    {"payment_methods": {"only": ["card", "boleto"]}},
    {"payment_methods": {"none_of": ["card"]}},
    {"payment_methods": {"any_of": ["voucher", "never"]}},
    {"earlier_claims": {"within_days": 90, "min": 2}},
    {"earlier_claims": {"within_days": 30, "max": 1}},
    {"claimed_share": {"min": 40, "max": 60}},
    {"given_back_share": {"max": "12.5"}},
    {"line_value": {"below": "some_amount"}},
    {"overpaid": "some"},
    {"card_refundable": "none"},
    {"out_of_stock": True},
    {"service": ["express"]},
    {"service": {"none_of": ["express"]}},
    {"signed_for_by": ["neighbour", "customer"]},
    {"signed_for_by": "unknown"},
    {"delivered_to": {"none_of": ["address"]}},
    {"asked_by": ["us", "staff"]},
    {"days_since_last_scan": "unknown"},
    {"days_since_last_scan": {"min": 10}},
    {"days_since_first_order": {"max": 365}},
    {"earlier_orders": {"within_days": 90, "min": 2}},
    {"earlier_orders": {"within_days": 365, "max": 0}},
    {"failed_follow_ups": {"within_days": 30, "min": 1}},
    {"earlier_remedies": {"within_days": 90, "max": 1}},
    {"remedies_value": {"within_days": 90, "min": "some_amount"}},
    {"goodwill_value": {"within_days": 30, "below": "some_amount"}},
    {"incident_open": False},
    {"today": {"min": "2026-12-01", "max": "2026-12-24"}},
    {"sent_again": {"min": 2}},
]


@settings(max_examples=30, deadline=None)
@given(
    many=st.lists(facts() | kept_earlier(), min_size=1, max_size=25),
    asked=st.lists(st.sampled_from(_CONDITIONS), min_size=1, max_size=6),
)
def test_every_kind_of_condition_lets_the_same_claims_through(many: list[Facts], asked: list[dict[str, Any]]) -> None:
    policy = parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": {"some_amount": {"BRL": "25.00", "EUR": "9.00", "JPY": "700"}},
            "rules": [
                {
                    "key": f"rule_{number}",
                    "describe": "A rule.",
                    "when": when,
                    "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
                }
                for number, when in enumerate(asked)
            ],
        }
    )

    assert said_together(many, policy) == [said_alone(one, policy) for one in many]
