"""The policy that ships, over a grid of everything sensible: it always has an answer, and the answer is whole."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest

from portal.domain.facts import Facts
from portal.domain.offers import RemedyKind
from portal.domain.policy import OutcomeKind, Verdict, default_policy, judge
from portal.domain.problems import SENSIBLE, ParcelState
from tests.support.claim_facts import some_facts

POLICY = default_policy()
DAYS = (-10, 0, 1, 5, 6, 20, 21, 42, 60, 61, 90, 91, 181, 365, 366, 730, 731, None)
VALUES = (0, 2_999, 15_000, 30_000, 150_000)


def every_sensible_combination() -> Iterator[Facts]:
    for state, problems in SENSIBLE.items():
        for problem, days, value, again in product(problems, DAYS, VALUES, (0, 1, 2)):
            yield some_facts(
                sent_again=again,
                second_failure=again > 0,
                out_of_stock=value == VALUES[1],
                problem=problem,
                parcel_state=state,
                goods=value,
                days_since_ordered=days,
                days_since_promised=days,
                days_since_handed_over=days,
                days_since_delivered=days if state is ParcelState.DELIVERED else None,
                days_late=None if days is None else days % 3 - 1,
            )


@pytest.fixture(scope="module")
def judged() -> list[tuple[Facts, Verdict]]:
    """Give every sensible combination of a grid of days and values with its verdict."""
    return [(facts, judge(facts, POLICY)) for facts in every_sensible_combination()]


def test_every_sensible_combination_is_answered_by_a_rule(judged: list[tuple[Facts, Verdict]]) -> None:
    unanswered = [facts for facts, verdict in judged if not verdict.rule_key]

    assert unanswered == []


def test_every_verdict_is_whole(judged: list[tuple[Facts, Verdict]]) -> None:
    for facts, verdict in judged:
        assert (verdict.outcome is OutcomeKind.OFFER) == bool(verdict.offers)
        assert (verdict.outcome is OutcomeKind.WAIT) == (verdict.wait_until is not None)
        assert (verdict.outcome is OutcomeKind.ESCALATE) == (verdict.answer_within_hours is not None)
        assert verdict.outcome is not OutcomeKind.DECLINE or (verdict.reason and verdict.alternative)
        assert all(offer.amount.minor <= facts.line_value.minor for offer in verdict.offers)


def when_the_date_has_come(facts: Facts, until: datetime) -> Facts:
    """Let time pass until a stated date while nothing else happens."""
    document = facts.to_document()
    for name in ("days_since_ordered", "days_since_promised", "days_since_handed_over", "days_since_delivered"):
        if document[name] is not None:
            document[name] += (until - facts.now).days
    if facts.parcel_state is ParcelState.ON_THE_WAY and (document["days_since_promised"] or 0) > 0:
        document["parcel_state"] = ParcelState.LATE
    return Facts.from_document({**document, "now": until.isoformat()})


def test_no_wait_is_followed_by_a_wait(judged: list[tuple[Facts, Verdict]]) -> None:
    waits = [(facts, verdict.wait_until) for facts, verdict in judged if verdict.wait_until]

    again = {judge(when_the_date_has_come(facts, until), POLICY).outcome for facts, until in waits}

    assert len(waits) > 50
    assert again <= {OutcomeKind.OFFER, OutcomeKind.ESCALATE}


@pytest.mark.parametrize("currency", sorted(POLICY.currencies))
def test_every_currency_has_a_high_value(currency: str) -> None:
    verdict = judge(some_facts(goods=100_000_000, currency=currency), POLICY)

    assert verdict.rule_key == "high_value"


def test_what_was_sent_again_is_chosen_about_once_and_then_has_a_named_person() -> None:
    first, second = (
        judge(some_facts(sent_again=times, second_failure=True, days_since_delivered=2), POLICY) for times in (1, 2)
    )

    assert (first.rule_key, first.outcome) == ("new_parcel_is_not_right", OutcomeKind.OFFER)
    assert (second.rule_key, second.answer_within_hours) == ("second_failure", 8)


def test_what_is_sold_out_is_left_out_and_the_rest_stays_in_its_order() -> None:
    kinds = [offer.kind for offer in judge(some_facts(out_of_stock=True), POLICY).offers]

    assert kinds == [RemedyKind.REFUND, RemedyKind.STORE_CREDIT]
