"""Judging: the first matching rule decides, amounts are exact, and every condition is kept."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.money import Money
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.policy import Finding, OutcomeKind, Policy, judge, parse
from portal.domain.problems import ParcelState
from portal.domain.reasons import EscalateReason, EvidenceReason
from tests.support.claim_facts import NOW, brl, not_delivered, some_facts

OFFER_ALL = {"offer": {"refund": {"goods": 100, "shipping": 100}}, "class": "entitled"}


def a_rule(
    key: str = "the_rule", when: dict[str, Any] | None = None, then: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"key": key, "describe": "A rule.", "when": when or {"paid": True}, "then": then or OFFER_ALL}


def a_policy(*rules: dict[str, Any], amounts: dict[str, Any] | None = None) -> Policy:
    return parse(
        {
            "name": "A policy",
            "market": "*",
            "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
            "amounts": amounts or {"limit": {"BRL": "100.00"}},
            "rules": list(rules),
        }
    )


def offering(**offer: Any) -> Policy:
    return a_policy(a_rule(then={"offer": offer, "class": "entitled"}))


def test_the_first_matching_rule_decides() -> None:
    policy = a_policy(a_rule("never", {"paid": False}), a_rule("first"), a_rule("second"))

    verdict = judge(some_facts(), policy)

    assert verdict.rule_key == "first"


def test_no_matching_rule_means_a_person() -> None:
    verdict = judge(some_facts(), a_policy(a_rule(when={"paid": False})))

    assert verdict.rule_key == ""
    assert (verdict.outcome, verdict.reason) == (OutcomeKind.ESCALATE, EscalateReason.NO_RULE)
    assert verdict.answer_within_hours == 24


def test_a_currency_that_the_policy_has_no_amounts_in_means_a_person() -> None:
    verdict = judge(some_facts(currency="KWD"), a_policy(a_rule()))

    assert (verdict.outcome, verdict.reason) == (OutcomeKind.ESCALATE, EscalateReason.NO_RULE)


def test_every_condition_of_every_rule_is_kept_as_a_finding() -> None:
    policy = a_policy(
        a_rule("by_day", {"paid": True, "days_since_delivered": {"min": 1, "max": 4}}),
        a_rule("by_value", {"paid": True, "line_value": {"min": "limit"}}),
    )

    verdict = judge(some_facts(days_since_delivered=5), policy)

    assert verdict.findings == (
        Finding("by_day", "paid", passed=True, wanted="yes", found="yes"),
        Finding("by_day", "days_since_delivered", passed=False, wanted="1..4", found="5"),
        Finding("by_value", "paid", passed=True, wanted="yes", found="yes"),
        Finding("by_value", "line_value", passed=True, wanted="limit..", found="100.00 BRL"),
    )
    assert verdict.findings_of("by_value") == verdict.findings[2:]


def test_a_whole_refund_is_the_line_value() -> None:
    verdict = judge(some_facts(goods=8001, shipping=1999), offering(refund={"goods": 100, "shipping": 100}))

    assert verdict.offers == (
        OfferTerms(
            RemedyKind.REFUND,
            brl(10000),
            brl(0),
            PolicyClass.ENTITLED,
            None,
            30,
            of_shipping=brl(1999),
            of_overpaid=brl(0),
        ),
    )


@pytest.mark.parametrize(
    ("plan", "amount"),
    [
        ({"goods": 100}, 8001),
        ({"shipping": 100}, 1999),
        ({"goods": 50}, 4001),
        ({"goods": "12.5", "shipping": "0.01"}, 1000),
        ({"goods": 100, "shipping": 100, "cap": "limit"}, 10000),
        ({"overpaid": 100}, 250),
        ({"goods": 100, "overpaid": 50}, 8126),
    ],
)
def test_a_share_is_rounded_in_the_customers_favour(plan: dict[str, Any], amount: int) -> None:
    facts = some_facts(goods=8001, shipping=1999, overpaid=brl(250))

    (offer,) = judge(facts, offering(refund=plan)).offers

    assert offer.amount == brl(amount)


def test_a_bonus_stands_beside_the_amount_and_is_capped() -> None:
    policy = offering(store_credit={"goods": 100, "shipping": 100, "bonus": "12.5", "bonus_cap": "limit"})

    (small,) = judge(some_facts(), policy).offers
    (large,) = judge(some_facts(goods=200_000), policy).offers

    assert (small.amount, small.bonus) == (brl(10_000), brl(1250))
    assert (large.amount, large.bonus) == (brl(202_000), brl(10_000))


def test_a_cap_holds_to_the_cent() -> None:
    policy = offering(store_credit={"goods": 100, "cap": "limit"})

    amounts = [judge(some_facts(goods=goods), policy).offers[0].amount for goods in (9_999, 10_000, 10_001)]

    assert amounts == [brl(9_999), brl(10_000), brl(10_000)]


def test_what_went_back_already_is_not_offered_again() -> None:
    facts = some_facts(given_back=brl(9_000))

    (offer,) = judge(facts, offering(refund={"goods": 100, "shipping": 100})).offers

    assert offer.amount == brl(1_000)


def test_a_replacement_is_worth_the_goods() -> None:
    (offer,) = judge(some_facts(), offering(replacement={"arrives_in_days": 8})).offers

    assert (offer.amount, offer.bonus, offer.arrives_in_days) == (brl(8_000), brl(0), 8)


def test_a_replacement_of_a_free_line_is_offered() -> None:
    policy = offering(replacement={"arrives_in_days": 8}, refund={"goods": 100})

    offers = judge(some_facts(goods=0, shipping=0), policy).offers

    assert [offer.kind for offer in offers] == [RemedyKind.REPLACEMENT]


def test_a_refund_is_shown_only_where_a_card_can_take_some_of_it() -> None:
    policy = offering(refund={"goods": 100}, store_credit={"goods": 100})

    slip = judge(some_facts(card_refundable=brl(0)), policy)
    split = judge(some_facts(card_refundable=brl(1)), policy)

    assert [offer.kind for offer in slip.offers] == [RemedyKind.STORE_CREDIT]
    assert [offer.kind for offer in split.offers] == [RemedyKind.REFUND, RemedyKind.STORE_CREDIT]


def test_a_person_arranges_it_where_no_offer_is_left() -> None:
    verdict = judge(some_facts(card_refundable=brl(0)), offering(refund={"goods": 100}))

    assert (verdict.outcome, verdict.reason) == (OutcomeKind.ESCALATE, EscalateReason.NO_PAYMENT_TO_REFUND)
    assert verdict.rule_key == "the_rule"
    assert verdict.offers == ()


def test_a_photo_is_wanted_until_one_has_come() -> None:
    policy = a_policy(a_rule(then={**OFFER_ALL, "evidence": "see_the_damage"}))

    before = judge(some_facts(evidence=False), policy)
    after = judge(some_facts(evidence=True), policy)

    assert before.evidence_wanted is EvidenceReason.SEE_THE_DAMAGE
    assert after.evidence_wanted is None
    assert before.offers == after.offers


@pytest.mark.parametrize(
    ("start", "passed", "days_from_now"),
    [("promised", -3, 9), ("promised", 0, 6), ("promised", 5, 1), ("handed_over", 2, 4)],
)
def test_a_wait_counts_from_its_moment(start: str, passed: int, days_from_now: int) -> None:
    wait = {"wait": {"reason": "still_on_the_way", "from": start, "days": 6}}
    policy = a_policy(a_rule(when={f"days_since_{start}": {"max": 5}}, then=wait))

    verdict = judge(not_delivered(ParcelState.ON_THE_WAY, **{f"days_since_{start}": passed}), policy)

    assert verdict.wait_until == NOW + timedelta(days=days_from_now)


def test_zero_decimal_currencies_are_priced_in_whole_units() -> None:
    policy = a_policy(
        a_rule(then={"offer": {"refund": {"goods": 50}}, "class": "goodwill"}), amounts={"limit": {"JPY": "5"}}
    )

    (offer,) = judge(some_facts(goods=1001, shipping=0, currency="JPY"), policy).offers

    assert offer.amount == Money(501, "JPY")
