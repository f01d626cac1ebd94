"""Limits, lists and budgets send to a person and never say no, and come out the same from what was kept."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.budgets import BudgetPeriod, draws_of
from portal.domain.facts import Facts
from portal.domain.holding import STOPS, Held, HeldKind, hold_back
from portal.domain.limits import EarlierRemedy, Listed, ListKind, Standing, Subject
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import OutcomeKind, Policy, Verdict, judge, parse
from portal.domain.reasons import EscalateReason
from tests.support.any_facts import facts as any_facts
from tests.support.claim_facts import brl, some_facts

EVERY = frozenset(Subject)


def a_policy(
    *, limits: list[dict[str, Any]] | None = None, budgets: list[dict[str, Any]] | None = None, **then: Any
) -> Policy:
    offer = {"refund": {"goods": 100}, "store_credit": {"goods": 100, "bonus": 10}}
    document: dict[str, Any] = {
        "name": "A policy",
        "market": "*",
        "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
        "amounts": {"some_amount": {"BRL": "100.00"}, "little": {"BRL": "5.00"}},
        "limits": limits or [],
        "budgets": budgets or [],
        "rules": [
            {
                "key": "all_of_it",
                "describe": "All of it.",
                "when": {"paid": True},
                "then": {"class" if name == "given" else name: value for name, value in then.items()}
                or {"offer": offer, "class": "not_ours"},
            }
        ],
    }
    return parse(document)


def remedies(*days: int, minor: int | None = 1000, subjects: frozenset[Subject] = EVERY) -> Standing:
    return Standing(EVERY, tuple(EarlierRemedy(day, minor, subjects) for day in days))


def held(policy: Policy, standing: Standing, facts: Facts | None = None) -> tuple[Verdict, tuple[Held, ...]]:
    facts = facts or some_facts()
    return hold_back(judge(facts, policy), facts, policy, standing)


CARD = {"subject": "card", "within_days": 30, "remedies": 2}


def test_as_many_remedies_as_the_limit_names_leave_the_next_to_a_person() -> None:
    policy = a_policy(limits=[{**CARD, "within_hours": 8}])

    inside, _ = held(policy, remedies(30))
    over, found = held(policy, remedies(0, 30))

    assert inside.outcome is OutcomeKind.OFFER
    assert (over.outcome, over.reason, over.answer_within_hours) == (
        OutcomeKind.ESCALATE,
        EscalateReason.PERSON_DECIDES,
        8,
    )
    assert found == (Held(HeldKind.TOO_MANY, subject=Subject.CARD, found=2, most=2, days=30),)


def test_what_lies_before_the_window_or_is_somebody_elses_does_not_count() -> None:
    policy = a_policy(limits=[CARD])
    others = frozenset({Subject.ADDRESS})

    before, _ = held(policy, remedies(31, 40, 200))
    elsewhere, _ = held(policy, remedies(1, 2, 3, subjects=others))

    assert before.outcome is elsewhere.outcome is OutcomeKind.OFFER


def test_a_subject_that_is_not_known_is_never_over_a_limit() -> None:
    policy = a_policy(limits=[CARD])
    standing = replace(remedies(1, 2, 3), known=EVERY - {Subject.CARD})

    verdict, found = held(policy, standing)

    assert (verdict.outcome, found) == (OutcomeKind.OFFER, ())


def test_value_counts_with_what_this_claim_is_about_and_never_across_currencies() -> None:
    policy = a_policy(limits=[{"subject": "mailbox", "within_days": 30, "value": "some_amount"}])
    facts = some_facts(claimed_value=brl(9_000))

    just, _ = held(policy, remedies(1, minor=1000), facts)
    over, found = held(policy, remedies(1, minor=1001), facts)
    abroad, _ = held(policy, remedies(1, minor=None), facts)

    assert just.outcome is abroad.outcome is OutcomeKind.OFFER
    assert over.outcome is OutcomeKind.ESCALATE
    assert found == (
        Held(HeldKind.TOO_MUCH, subject=Subject.MAILBOX, found=10_001, most=10_000, days=30, currency="BRL"),
    )


def test_a_second_failure_and_the_list_of_those_without_limits_lift_them() -> None:
    policy = a_policy(limits=[CARD])
    allowed = replace(remedies(1, 2, 3), listed=(Listed(ListKind.ALLOW, Subject.ADDRESS, "LST-1"),))

    failed, _ = held(policy, remedies(1, 2, 3), some_facts(second_failure=True))
    listed, found = held(policy, allowed)

    assert failed.outcome is listed.outcome is OutcomeKind.OFFER
    assert found == (Held(HeldKind.ALLOWED, subject=Subject.ADDRESS, entry="LST-1"),)


def test_whom_a_list_names_a_person_answers_and_no_refusal_does() -> None:
    blocked = Standing(EVERY, listed=(Listed(ListKind.BLOCK, Subject.DEVICE, "LST-1"),))
    no = a_policy(decline={"reason": "charge_agrees", "alternative": "talk_to_a_person"})

    offered, found = held(a_policy(), blocked)
    declined, _ = held(no, blocked)
    unlisted, _ = held(no, Standing(EVERY))

    assert offered.outcome is declined.outcome is OutcomeKind.ESCALATE
    assert declined.alternative is None
    assert unlisted.outcome is OutcomeKind.DECLINE
    assert found == (Held(HeldKind.ON_LIST, subject=Subject.DEVICE, entry="LST-1"),)


BUDGET = {"class": "not_ours", "period": "month", "amount": "some_amount"}


def used(policy_class: PolicyClass, minor: int) -> Standing:
    return Standing(EVERY, used={(policy_class, BudgetPeriod.MONTH): minor})


def test_a_budget_that_does_not_cover_the_dearest_offer_leaves_it_to_a_person() -> None:
    policy = a_policy(budgets=[BUDGET])

    covered, _ = held(policy, used(PolicyClass.NOT_OURS, 2_000))
    spent, found = held(policy, used(PolicyClass.NOT_OURS, 2_001))

    assert covered.outcome is OutcomeKind.OFFER
    assert (spent.outcome, spent.reason) == (OutcomeKind.ESCALATE, EscalateReason.PERSON_DECIDES)
    assert [(one.kind, one.found, one.most) for one in found] == [(HeldKind.BUDGET_SPENT, 2_001, 10_000)]


def test_a_bonus_that_goodwill_does_not_cover_is_left_out_and_what_is_owed_stays() -> None:
    policy = a_policy(
        budgets=[{**BUDGET, "class": "goodwill"}],
        offer={"refund": {"goods": 100}, "store_credit": {"goods": 100, "bonus": 10}},
        given="entitled",
    )

    verdict, found = held(policy, used(PolicyClass.GOODWILL, 9_999))

    assert {(one.kind, one.amount.minor, one.bonus.minor) for one in verdict.offers} == {
        (RemedyKind.REFUND, 8_000, 0),
        (RemedyKind.STORE_CREDIT, 8_000, 0),
    }
    assert [one.kind for one in found] == [HeldKind.BONUS_LEFT_OUT]


def test_a_budget_of_what_is_owed_stops_nothing_unless_the_shop_says_so() -> None:
    budget = {**BUDGET, "class": "entitled"}
    then: dict[str, Any] = {"offer": {"refund": {"goods": 100}}, "given": "entitled"}
    standing = used(PolicyClass.ENTITLED, 1_000_000)

    counted, found = held(a_policy(budgets=[budget], **then), standing)
    stopped, _ = held(a_policy(budgets=[{**budget, "stops": True}], **then), standing)

    assert (counted.outcome, found) == (OutcomeKind.OFFER, ())
    assert stopped.outcome is OutcomeKind.ESCALATE


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    subjects = st.frozensets(st.sampled_from(list(Subject)))
    earlier = st.builds(EarlierRemedy, st.integers(0, 400), st.none() | st.integers(0, 10**7), subjects)
    listed = st.builds(Listed, st.sampled_from(list(ListKind)), st.sampled_from(list(Subject)), st.just("LST-1"))
    pairs = st.tuples(st.sampled_from(list(PolicyClass)), st.sampled_from(list(BudgetPeriod)))
    return Standing(
        draw(subjects),
        tuple(draw(st.lists(earlier, max_size=6))),
        tuple(draw(st.lists(listed, max_size=2))),
        draw(st.none() | st.dictionaries(pairs, st.integers(0, 10**7), min_size=1, max_size=4)),
    )


ALL = a_policy(
    limits=[{"subject": one, "within_days": 60, "remedies": 2, "value": "some_amount"} for one in Subject],
    budgets=[{**BUDGET, "class": name} for name in PolicyClass],
)


@given(facts=any_facts(currencies=("BRL",)), standing=standings())
def test_nothing_that_holds_back_ever_says_no_gives_more_or_comes_out_otherwise_again(
    facts: Facts, standing: Standing
) -> None:
    said = judge(facts, ALL)

    verdict, found = hold_back(said, facts, ALL, standing)
    kept = Standing.from_document(json.loads(json.dumps(standing.to_document())))
    again = hold_back(judge(facts, ALL), facts, ALL, kept)

    assert again == (verdict, found)
    assert [Held.from_document(json.loads(json.dumps(one.to_document()))) for one in found] == list(found)
    assert verdict.outcome in (said.outcome, OutcomeKind.ESCALATE)
    assert (verdict.outcome is said.outcome) or any(one.kind in STOPS for one in found)
    assert all(offer.amount == was.amount for offer, was in zip(verdict.offers, said.offers, strict=False))
    assert Verdict.from_document(json.loads(json.dumps(verdict.to_document()))) == verdict


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), period=st.sampled_from(list(BudgetPeriod)))
def test_every_day_lies_in_one_period_and_periods_follow_each_other(day: date, period: BudgetPeriod) -> None:
    first, last = period.begins(day), period.ends(day)

    assert first <= day <= last
    assert period.begins(last) == first
    assert period.begins(last + timedelta(days=1)) == last + timedelta(days=1)


def test_what_an_offer_draws_is_its_class_and_its_bonus_is_goodwill() -> None:
    assert draws_of(PolicyClass.ENTITLED, 100, 10) == {PolicyClass.ENTITLED: 100, PolicyClass.GOODWILL: 10}
    assert draws_of(PolicyClass.GOODWILL, 100, 10) == {PolicyClass.GOODWILL: 110}
    assert draws_of(PolicyClass.NOT_OURS, 0, 0) == {}


def test_nothing_is_known_of_a_claim_of_before_this_was_kept() -> None:
    assert Standing.from_document(None) == Standing(frozenset())


@pytest.mark.parametrize("kind", list(HeldKind))
def test_every_way_to_hold_back_either_stops_or_only_tells(kind: HeldKind) -> None:
    assert (kind in STOPS) == (kind not in {HeldKind.ALLOWED, HeldKind.BONUS_LEFT_OUT})
