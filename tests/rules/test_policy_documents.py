"""Facts and verdicts are kept as documents, and come back the same years later."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.facts import Facts, days_between
from portal.domain.policy import Verdict, default_policy, judge
from portal.domain.problems import ParcelState, Problem
from tests.support.claim_facts import NOW, brl, not_delivered, some_facts

POLICY = default_policy()
CASES = {
    "offers": some_facts(),
    "photo": some_facts(goods=40_000, earlier_claims_days=(3, 400)),
    "wait": not_delivered(ParcelState.LATE, problem=Problem.LATE, days_since_promised=2, left_at=None),
    "decline": some_facts(problem=Problem.LATE, payment_methods=frozenset({"card", "voucher"})),
    "person": some_facts(problem=Problem.OTHER, signed_by=True, left_at="neighbour", carrier="correios"),
    "no rule": some_facts(currency="KWD"),
}


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
def test_facts_come_back_equal(facts: Facts) -> None:
    again = Facts.from_document(json.loads(json.dumps(facts.to_document())))

    assert again == facts


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
def test_a_verdict_comes_back_equal_with_every_finding(facts: Facts) -> None:
    verdict = judge(facts, POLICY)

    again = Verdict.from_document(json.loads(json.dumps(verdict.to_document())))

    assert again == verdict
    assert again.findings == verdict.findings


@pytest.mark.proves("F13")
@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
def test_stored_facts_are_judged_the_same_again(facts: Facts) -> None:
    again = Facts.from_document(json.loads(json.dumps(facts.to_document())))

    assert judge(again, POLICY) == judge(facts, POLICY)


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 0), (23.99, 0), (24, 1), (47.99, 1), (-0.01, -1), (-24, -1), (-24.01, -2)]
)
def test_days_are_whole_and_rounded_down(hours: float, days: int) -> None:
    assert days_between(NOW - timedelta(hours=hours), NOW) == days


def test_days_from_an_unknown_moment_are_unknown() -> None:
    assert days_between(None, NOW) is None
    assert days_between(datetime(2026, 1, 1, tzinfo=UTC), None) is None


def test_shares_of_nothing_are_the_whole_and_none() -> None:
    facts = some_facts(goods=0, shipping=0)

    assert (facts.claimed_share, facts.given_back_share) == (10_000, 0)


def test_shares_are_basis_points() -> None:
    facts = some_facts(order_value=brl(40_000), given_back=brl(3_333))

    assert (facts.claimed_share, facts.given_back_share) == (2_500, 3_333)
