"""Conditions: each kind at its bounds, and an unknown fact passes none of them."""

from typing import Any

import pytest

from portal.domain.facts import Asker, EarlierRemedy
from portal.domain.policy import OutcomeKind, judge, parse
from portal.domain.received import Place, Signer
from tests.support.claim_facts import brl, some_facts


def passes(when: dict[str, Any], **facts: Any) -> bool:
    policy = parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": {"limit": {"BRL": "100.00"}, "top": {"BRL": "200.00"}},
            "rules": [
                {
                    "key": "the_rule",
                    "describe": "A rule.",
                    "when": when,
                    "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
                }
            ],
        }
    )
    return judge(some_facts(**facts), policy).outcome is OutcomeKind.DECLINE


@pytest.mark.parametrize(
    ("days", "expected"), [(0, False), (1, True), (90, True), (91, False), (None, False), (-4, False)]
)
def test_a_range_of_days_includes_its_first_and_its_last(days: int | None, *, expected: bool) -> None:
    assert passes({"days_since_delivered": {"min": 1, "max": 90}}, days_since_delivered=days) is expected


@pytest.mark.parametrize(("days", "expected"), [(-40, True), (0, True), (1, False), (None, False)])
def test_a_range_without_a_least_reaches_before_the_moment(days: int | None, *, expected: bool) -> None:
    assert passes({"days_since_promised": {"max": 0}}, days_since_promised=days) is expected


@pytest.mark.parametrize(("cents", "expected"), [(9_999, False), (10_000, True), (20_000, True), (20_001, False)])
def test_a_range_of_money_includes_its_bounds_to_the_cent(cents: int, *, expected: bool) -> None:
    assert passes({"line_value": {"min": "limit", "max": "top"}}, line_value=brl(cents)) is expected


@pytest.mark.parametrize(("cents", "expected"), [(9_999, True), (10_000, False)])
def test_below_an_amount_leaves_the_amount_out(cents: int, *, expected: bool) -> None:
    assert passes({"line_value": {"below": "limit"}}, line_value=brl(cents)) is expected


@pytest.mark.parametrize(("cents", "some", "none"), [(0, False, True), (1, True, False)])
def test_some_money_starts_at_the_smallest_unit(cents: int, *, some: bool, none: bool) -> None:
    assert passes({"overpaid": "some"}, overpaid=brl(cents)) is some
    assert passes({"overpaid": "none"}, overpaid=brl(cents)) is none


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"problem": ["damaged", "wrong"]}, {}, True),
        ({"problem": ["wrong"]}, {}, False),
        ({"vendor": {"none_of": ["a-vendor"]}}, {}, False),
        ({"vendor": {"none_of": ["another"]}}, {}, True),
        ({"carrier": ["correios"]}, {"carrier": None}, False),
        ({"carrier": {"none_of": ["correios"]}}, {"carrier": None}, True),
        ({"left_at": "known"}, {"left_at": "neighbour"}, True),
        ({"left_at": "known"}, {"left_at": None}, False),
        ({"days_late": "unknown"}, {"days_late": None}, True),
        ({"days_late": "unknown"}, {"days_late": 0}, False),
        ({"signed_by": True}, {"signed_by": True}, True),
        ({"signed_by": False}, {"signed_by": True}, False),
        ({"ship_to_country": ["BR", "PT"]}, {}, True),
        ({"claimed_share": {"min": 50}}, {"claimed_value": brl(4_999)}, False),
        ({"claimed_share": {"min": 50}}, {"claimed_value": brl(5_000)}, True),
        ({"given_back_share": {"max": "99.99"}}, {"given_back": brl(10_000)}, False),
    ],
)
def test_words_flags_and_shares(when: dict[str, Any], facts: dict[str, Any], *, expected: bool) -> None:
    assert passes(when, **facts) is expected


@pytest.mark.parametrize(
    ("asked", "methods", "expected"),
    [
        ({"any_of": ["card", "credit"]}, {"card", "voucher"}, True),
        ({"any_of": ["card"]}, {"boleto"}, False),
        ({"none_of": ["boleto"]}, {"card"}, True),
        ({"none_of": ["boleto"]}, {"card", "boleto"}, False),
        ({"only": ["card", "voucher"]}, {"card"}, True),
        ({"only": ["card"]}, {"card", "voucher"}, False),
        ({"only": ["card"]}, set(), False),
    ],
)
def test_methods_of_payment(asked: dict[str, Any], methods: set[str], *, expected: bool) -> None:
    assert passes({"payment_methods": asked}, payment_methods=frozenset(methods)) is expected


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [((), False), ((1, 2), False), ((1, 2, 90), True), ((1, 2, 91), False), ((0, 0, 0, 0), True)],
)
def test_earlier_claims_count_within_their_window(earlier: tuple[int, ...], *, expected: bool) -> None:
    assert passes({"earlier_claims": {"within_days": 90, "min": 3}}, earlier_claims_days=earlier) is expected


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"signed_for_by": ["neighbour"]}, {"signed_for_by": Signer.NEIGHBOUR}, True),
        ({"signed_for_by": ["neighbour"]}, {"signed_for_by": None}, False),
        ({"delivered_to": {"none_of": ["address"]}}, {"delivered_to": Place.SAFE_PLACE}, True),
        ({"asked_by": ["us"]}, {"asked_by": Asker.CUSTOMER}, False),
        ({"service": ["express"]}, {"service": "express"}, True),
        ({"days_since_last_scan": {"min": 10}}, {"days_since_last_scan": 9}, False),
        ({"days_since_last_scan": {"min": 10}}, {"days_since_last_scan": 10}, True),
        ({"days_since_first_order": {"min": 365}}, {"days_since_first_order": 400}, True),
        ({"earlier_orders": {"within_days": 30, "min": 2}}, {"earlier_orders_days": (1, 30, 31)}, True),
        ({"earlier_orders": {"within_days": 29, "min": 2}}, {"earlier_orders_days": (1, 30, 31)}, False),
        ({"failed_follow_ups": {"within_days": 90, "max": 0}}, {"failed_follow_ups_days": (91,)}, True),
        ({"incident_open": True}, {"incident_open": True}, True),
        ({"today": {"min": "2026-03-14", "max": "2026-03-14"}}, {}, True),
        ({"today": {"max": "2026-03-13"}}, {}, False),
    ],
)
def test_who_got_it_who_asks_and_when(when: dict[str, Any], facts: dict[str, Any], *, expected: bool) -> None:
    assert passes(when, **facts) is expected


@pytest.mark.parametrize(
    ("days", "cents", "expected"), [(30, 10_000, True), (30, 9_999, False), (31, 10_000, False), (0, 10_001, True)]
)
def test_the_worth_of_remedies_adds_up_within_its_window(days: int, cents: int, *, expected: bool) -> None:
    given = (EarlierRemedy(days, cents - 1, 0), EarlierRemedy(5, 1, 0))

    assert passes({"remedies_value": {"within_days": 30, "min": "limit"}}, earlier_remedies=given) is expected


def test_goodwill_counts_apart_from_what_was_owed() -> None:
    given = (EarlierRemedy(1, 30_000, 9_999),)

    assert passes({"goodwill_value": {"within_days": 30, "below": "limit"}}, earlier_remedies=given)
    assert not passes({"remedies_value": {"within_days": 30, "below": "limit"}}, earlier_remedies=given)
