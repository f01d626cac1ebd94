"""What a remedy gives: fixed amounts, rounding, and caps for a line, a claim and a customer; alone and in columns."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.facts import LATER, EarlierRemedy, Facts
from portal.domain.offers import OfferTerms, RemedyKind
from portal.domain.policy import OutcomeKind, Policy, Verdict, judge, parse
from portal.domain.reasons import EscalateReason
from tests.support.any_facts import facts, kept_earlier
from tests.support.claim_facts import brl, some_facts
from tests.support.in_columns import said_alone, said_together

_AMOUNTS = {
    "nothing": {"BRL": "0.00", "EUR": "0", "JPY": "0"},
    "five": {"BRL": "5.00", "EUR": "2.00", "JPY": "300"},
    "whole_unit": {"BRL": "1.00", "EUR": "1.00", "JPY": "10"},
    "thirty": {"BRL": "30.00", "EUR": "12.00", "JPY": "1500"},
    "eighty": {"BRL": "80.00", "EUR": "40.00", "JPY": "9000"},
}


def policy_of(offer: dict[str, Any], *, policy_class: str = "goodwill", **then: Any) -> Policy:
    rule = {
        "key": "the_rule",
        "describe": "A rule.",
        "when": {"days_since_ordered": {"min": 0}},
        "then": {"offer": offer, "class": policy_class, **then},
    }
    every = {**rule, "key": "every_other", "when": {"problem": {"none_of": ["other"]}}}
    return parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": _AMOUNTS,
            "rules": [rule, every],
        }
    )


def credit(plan: dict[str, Any], **facts: Any) -> OfferTerms | None:
    offers = judge(some_facts(**facts), policy_of({"store_credit": plan})).offers
    return offers[0] if offers else None


def gives(plan: dict[str, Any], **facts: Any) -> int:
    offer = credit(plan, **facts)
    return offer.amount.minor if offer else 0


@pytest.mark.parametrize(("goods", "shipping", "expected"), [(8000, 2000, 500), (400, 2000, 400), (0, 2000, 0)])
def test_a_fixed_amount_is_of_the_goods_and_never_above_them(goods: int, shipping: int, expected: int) -> None:
    assert gives({"fixed": "five"}, goods=goods, shipping=shipping) == expected


def test_a_fixed_amount_stands_beside_the_shipping() -> None:
    offer = credit({"fixed": "five", "shipping": 100})

    assert offer is not None
    assert (offer.amount, offer.of_shipping) == (brl(2500), brl(2000))


def test_what_has_gone_back_is_not_given_again_by_a_fixed_amount() -> None:
    assert gives({"fixed": "five"}, goods=8000, shipping=0, given_back=brl(7700)) == 300


@pytest.mark.parametrize(
    ("way", "goods", "expected"),
    [
        ("up", 8010, 900),
        ("up", 8000, 800),
        ("down", 8010, 800),
        ("nearest", 8490, 800),
        ("nearest", 8500, 900),
        ("down", 990, 0),
    ],
)
def test_amounts_are_rounded_to_a_multiple(way: str, goods: int, expected: int) -> None:
    assert gives({"goods": 10, "round_to": "whole_unit", "round": way}, goods=goods) == expected


def test_rounding_is_in_the_customers_favour_where_nothing_is_said() -> None:
    assert gives({"goods": 10, "round_to": "whole_unit"}, goods=8010) == 900


def test_rounding_never_gives_more_than_was_paid() -> None:
    assert gives({"goods": 100, "round_to": "five"}, goods=8010, shipping=0) == 8010
    assert gives({"shipping": 100, "round_to": "five"}, goods=8000, shipping=1990) == 1990


def test_what_rounding_adds_is_of_the_goods_first() -> None:
    offer = credit({"goods": 10, "shipping": 100, "round_to": "thirty"}, goods=8000, shipping=2000)

    assert offer is not None
    assert (offer.amount, offer.of_shipping) == (brl(3000), brl(2000))


@pytest.mark.parametrize(("claimed", "expected"), [(10_000, 3000), (20_000, 1500), (30_000, 1000), (5_000, 3000)])
def test_a_claims_cap_is_shared_over_its_lines_by_what_was_paid_for_each(claimed: int, expected: int) -> None:
    assert gives({"goods": 100, "claim_cap": "thirty"}, claimed_value=brl(claimed)) == expected


@settings(max_examples=80, deadline=None)
@given(lines=st.lists(st.integers(0, 100_000), min_size=1, max_size=8))
def test_the_lines_of_a_claim_never_get_more_than_its_cap_together(lines: list[int]) -> None:
    plan = {"goods": 100, "claim_cap": "thirty"}

    given_back = [gives(plan, goods=line, shipping=0, claimed_value=brl(sum(lines))) for line in lines]

    assert sum(given_back) <= 3000


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ((), 3000),
        ((EarlierRemedy(10, 1000, 0),), 2000),
        ((EarlierRemedy(10, 1000, 0), EarlierRemedy(90, 1500, 0)), 500),
        ((EarlierRemedy(91, 9000, 0),), 3000),
        ((EarlierRemedy(10, 3000, 0),), 0),
    ],
)
def test_a_customers_cap_counts_what_earlier_claims_gave(earlier: tuple[EarlierRemedy, ...], expected: int) -> None:
    plan = {"goods": 100, "customer_cap": {"amount": "thirty", "within_days": 90}}

    assert gives(plan, earlier_remedies=earlier) == expected


def test_a_cap_of_goodwill_leaves_out_what_was_owed() -> None:
    cap = {"amount": "thirty", "within_days": 90, "of_goodwill": True}

    assert gives({"goods": 100, "customer_cap": cap}, earlier_remedies=(EarlierRemedy(1, 9000, 1000),)) == 2000


def test_a_bonus_is_within_its_customers_cap_too() -> None:
    plan = {"goods": 30, "bonus": 50, "customer_cap": {"amount": "thirty", "within_days": 90}}

    offer = credit(plan)

    assert offer is not None
    assert (offer.amount, offer.bonus) == (brl(2400), brl(600))


def verdict_beyond_the_cap() -> Verdict:
    plan = {"goods": 100, "customer_cap": {"amount": "thirty", "within_days": 90}}
    return judge(some_facts(earlier_remedies=(EarlierRemedy(1, 3000, 0),)), policy_of({"store_credit": plan}))


def test_beyond_a_customers_cap_a_person_answers_and_nobody_says_no() -> None:
    verdict = verdict_beyond_the_cap()

    assert (verdict.outcome, verdict.reason) == (OutcomeKind.ESCALATE, EscalateReason.CAP_REACHED)
    assert verdict.answer_within_hours == 24


def test_history_that_was_not_recorded_is_taken_for_nothing_else_than_unknown() -> None:
    plan = {"goods": 100, "customer_cap": {"amount": "thirty", "within_days": 90}}
    document = {name: value for name, value in some_facts().to_document().items() if name not in LATER}

    verdict = judge(Facts.from_document(document), policy_of({"store_credit": plan}))

    assert verdict.outcome is OutcomeKind.ESCALATE


_SHARES = st.integers(0, 100)
_CAPS = st.sampled_from(sorted(_AMOUNTS.keys() - {"nothing"}))
_CUSTOMER_CAPS = st.fixed_dictionaries(
    {"amount": _CAPS, "within_days": st.sampled_from([1, 30, 365])}, optional={"of_goodwill": st.booleans()}
)
_BOUNDS: dict[str, Any] = {
    "overpaid": _SHARES,
    "round_to": _CAPS,
    "cap": _CAPS,
    "claim_cap": _CAPS,
    "customer_cap": _CUSTOMER_CAPS,
}
_BONUS: dict[str, Any] = {"bonus": st.integers(1, 100), "bonus_cap": _CAPS}


@st.composite
def plans(draw: st.DrawFn, more: dict[str, Any]) -> dict[str, Any]:
    plan = draw(st.fixed_dictionaries({"shipping": _SHARES}, optional={**_BOUNDS, **more}))
    plan |= draw(st.sampled_from([{"goods": 7}, {"goods": 100}, {"fixed": "five"}, {"fixed": "eighty"}]))
    if "round_to" in plan:
        plan["round"] = draw(st.sampled_from(["up", "down", "nearest"]))
    return plan


@settings(max_examples=50, deadline=None)
@given(
    many=st.lists(facts(currencies=("BRL", "EUR", "JPY")) | kept_earlier(), min_size=1, max_size=12),
    refund=plans({}),
    store_credit=plans(_BONUS),
)
def test_columns_give_every_claim_the_same_to_the_cent(
    many: list[Facts], refund: dict[str, Any], store_credit: dict[str, Any]
) -> None:
    policy = policy_of({"replacement": {"arrives_in_days": 8}, "refund": refund, "store_credit": store_credit})

    assert said_together(many, policy) == [said_alone(one, policy) for one in many]


@settings(max_examples=50, deadline=None)
@given(one=facts(currencies=("BRL", "EUR", "JPY")), plan=plans(_BONUS))
def test_no_plan_gives_more_than_was_paid_and_not_given_back(one: Facts, plan: dict[str, Any]) -> None:
    for offer in judge(one, policy_of({"store_credit": plan})).offers:
        left = max(one.line_value.minor - one.given_back.minor, 0) + one.overpaid.minor
        assert 0 < offer.amount.minor <= left
        assert offer.kind is RemedyKind.STORE_CREDIT
        if offer.of_shipping is not None and offer.of_overpaid is not None:
            assert 0 <= offer.of_shipping.minor <= one.shipping_value.minor
            assert offer.of_shipping.minor + offer.of_overpaid.minor <= offer.amount.minor
        if "customer_cap" in plan:
            assert offer.amount.minor + offer.bonus.minor <= policy_minor(plan["customer_cap"]["amount"], one)


def policy_minor(name: str, one: Facts) -> int:
    digits = {"BRL": 100, "EUR": 100, "JPY": 1}[one.line_value.currency]
    return round(float(_AMOUNTS[name][one.line_value.currency]) * digits)
