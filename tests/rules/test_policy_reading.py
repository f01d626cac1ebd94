"""Reading: a policy that is not well-formed is refused with its rule and the reason, before it can meet a customer."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from portal.domain.errors import BadPolicy
from portal.domain.policy import default_policy, judge, parse, parse_text
from tests.support.claim_facts import some_facts

GOOD: dict[str, Any] = {
    "name": "A policy",
    "market": "*",
    "defaults": {"offer_expires_in_days": 30, "answer_within_hours": 24},
    "amounts": {"limit": {"BRL": "100.00", "EUR": "20.00"}, "top": {"BRL": "200.00", "EUR": "40.00"}},
    "packs": {"whole": {"refund": {"goods": 100, "shipping": 100}}},
    "rules": [
        {
            "key": "the_rule",
            "describe": "A rule.",
            "when": {"problem": ["damaged"], "days_since_promised": {"max": 5}},
            "then": {"offer": "whole", "class": "entitled"},
        }
    ],
}
OFFER = {"class": "entitled"}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Give the good policy with one value changed, or taken out where it is None."""
    document = deepcopy(GOOD)
    *way, last = path.split("/")
    place: Any = document
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


def test_a_good_policy_is_read() -> None:
    policy = parse(GOOD)

    assert (policy.name, policy.market) == ("A policy", "*")
    assert policy.currencies == {"BRL", "EUR"}
    assert [rule.key for rule in policy.rules] == ["the_rule"]


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("name", "", "policy: name: must be words"),
        ("name", None, "policy: name: must be words"),
        ("colour", "red", "policy: does not know 'colour'"),
        ("defaults", None, "defaults: must be a table"),
        ("defaults/offer_expires_in_days", 0, "defaults.offer_expires_in_days: must lie from 1"),
        ("defaults/answer_within_hours", True, "defaults.answer_within_hours: must be a whole number, not True"),
        ("rules", [], "policy: rules: needs at least one rule"),
        ("rules", "none", "policy: rules: needs at least one rule"),
        ("rules", GOOD["rules"] * 2, "rule the_rule: another rule has the same key"),
        ("rules", GOOD["rules"] * 10_000, "has 10000 rules; at most 1000 are read"),
        ("rules", ["a rule"], "rule number 1: must be a table"),
        ("rules/0/key", "The Rule", "rule number 1: key: a key is small letters"),
        ("rules/0/describe", None, "rule the_rule: describe: must be words"),
        ("rules/0/color", 1, "rule the_rule: does not know 'color'"),
        ("rules/0/when", {}, "rule the_rule: when: is empty"),
        ("rules/0/when/weather", "bad", "rule the_rule: when: does not know the fact 'weather'"),
        ("rules/0/when/problem", ["lost_my_keys"], "rule the_rule: when.problem: does not know 'lost_my_keys'"),
        ("rules/0/when/problem", [], "when.problem: must be a list of words that is not empty"),
        ("rules/0/when/problem", ["damaged", "damaged"], "when.problem: names a word twice"),
        ("rules/0/when/problem", "damaged", "when.problem: must be a list"),
        ("rules/0/when/parcel_state", ["flying"], "when.parcel_state: does not know 'flying'"),
        ("rules/0/when/ship_to_country", ["Brazil"], "a country is two capital letters"),
        ("rules/0/when/days_since_promised", {"max": -1}, "when.days_since_promised.max: must lie from 0"),
        (
            "rules/0/when/days_since_promised",
            {"max": "5"},
            "when.days_since_promised.max: must be a whole number, not '5'",
        ),
        ("rules/0/when/days_since_promised", {"min": 6, "max": 5}, "its min, 6, is above its max, 5"),
        ("rules/0/when/days_since_promised", {}, "when.days_since_promised: is empty"),
        ("rules/0/when/days_since_promised", {"most": 5}, "when.days_since_promised: does not know 'most'"),
        ("rules/0/when/line_value", {"min": "huge"}, "there is no amount named 'huge'"),
        ("rules/0/when/line_value", {"min": 100}, "when.line_value.min: must be words, not 100"),
        (
            "rules/0/when/line_value",
            {"min": "top", "max": "limit"},
            "when.line_value in BRL: its min, 20000, is above its max, 10000",
        ),
        ("rules/0/when/line_value", {"max": "top", "below": "top"}, "not both"),
        ("rules/0/when/signed_by", "yes", "when.signed_by: must be true or false, not 'yes'"),
        ("rules/0/when/claimed_share", {"min": 101}, "when.claimed_share.min: must be at most 100 %"),
        ("rules/0/when/payment_methods", {"any_of": ["card"], "only": ["card"]}, "asks one thing"),
        ("rules/0/when/earlier_claims", {"min": 3}, "when.earlier_claims: needs within_days"),
        (
            "rules/0/when/earlier_claims",
            {"within_days": 0, "min": 3},
            "when.earlier_claims.within_days: must lie from 1",
        ),
        (
            "rules/0/when/earlier_orders",
            {"within_days": 366, "min": 1},
            "within_days: must lie from 1 to 365, not at 366",
        ),
        ("rules/0/when/earlier_orders", {"within_days": 30, "min": 101}, "when.earlier_orders: counts to 100 at most"),
        ("rules/0/when/remedies_value", {"within_days": 30}, "needs within_days, and one of min, max, below"),
        ("rules/0/when/remedies_value", {"within_days": 30, "min": "huge"}, "there is no amount named 'huge'"),
        (
            "rules/0/when/goodwill_value",
            {"within_days": 30, "min": "top", "max": "limit"},
            "when.goodwill_value in BRL: its min, 20000, is above its max, 10000",
        ),
        ("rules/0/when/delivered_to", ["moon"], "when.delivered_to: does not know 'moon'; it knows address, elsewhere"),
        ("rules/0/when/asked_by", ["robot"], "when.asked_by: does not know 'robot'"),
        ("rules/0/when/incident_open", "yes", "when.incident_open: must be true or false"),
        ("rules/0/when/today", {"min": "24.12.2026"}, "when.today.min: a date is year, month and day in quotes"),
        ("rules/0/when/today", {"min": date(2026, 12, 24)}, "when.today.min: a date is year, month and day in quotes"),
        ("rules/0/when/today", {"max": "2026-02-30"}, "when.today.max: there is no day 2026-02-30"),
        (
            "rules/0/when/today",
            {"min": "2026-12-24", "max": "2026-12-20"},
            "when.today: its min, 2026-12-24, is after its max, 2026-12-20",
        ),
        ("amounts/limit", {"REAL": "1.00"}, "amounts.limit: a currency is three capital letters, not 'REAL'"),
        ("amounts/limit", "100.00", "amounts.limit: an amount needs its currency"),
        ("amounts/limit", {"BRL": 100, "EUR": "1"}, "an amount is a decimal in quotes"),
        ("amounts/limit", {"BRL": "1.001", "EUR": "1"}, "'1.001' is not an amount in BRL, which is a plain decimal"),
        ("amounts/limit", {"BRL": "-1.00", "EUR": "1"}, "an amount is not negative"),
        ("amounts/limit", {"BRL": "1.00"}, "amounts.limit: lacks EUR"),
        ("rules/0/then", {}, "rule the_rule: then: is empty"),
        (
            "rules/0/then",
            {"class": "entitled"},
            "then: needs exactly one of offer, person, wait, decline, and has none",
        ),
        ("rules/0/then", {"offer": "whole", "person": {}}, "has offer, person"),
        ("rules/0/then/offer", "all", "then.offer: there is no pack of offers named 'all'"),
        ("rules/0/then/offer", {"voucher": {}}, "then.offer.voucher: must be one of"),
        ("rules/0/then/offer", {"refund": {}}, "then.offer.refund: is empty"),
        ("rules/0/then/offer", {"refund": {"goods": 0}}, "then.offer.refund: gives nothing"),
        ("rules/0/then/offer", {"refund": {"goods": 101}}, "then.offer.refund.goods: must be at most 100 %, not 101 %"),
        ("rules/0/then/offer", {"refund": {"goods": -1}}, "then.offer.refund.goods: must be a percentage"),
        ("rules/0/then/offer", {"refund": {"goods": 99.5}}, "then.offer.refund.goods: must be a percentage"),
        ("rules/0/then/offer", {"refund": {"goods": 100, "bonus": 10}}, "then.offer.refund: does not know 'bonus'"),
        ("rules/0/then/offer", {"replacement": {"goods": 100}}, "then.offer.replacement: does not know 'goods'"),
        ("rules/0/then/offer", {"store_credit": {"goods": 100, "bonus": 101}}, "bonus: must be at most 100 %"),
        ("rules/0/then/offer", {"store_credit": {"goods": 100, "cap": "huge"}}, "there is no amount named 'huge'"),
        ("rules/0/then/offer", {"refund": {"goods": 9, "arrives_in_days": -1}}, "arrives_in_days: must lie from 0"),
        ("rules/0/then/class", "free", "then.class: must be one of entitled, goodwill, not_ours, not 'free'"),
        ("rules/0/then/evidence", "selfie", "then.evidence: must be one of"),
        ("rules/0/then", {"person": {"reason": "fraud"}}, "then.person.reason: must be one of"),
        ("rules/0/then", {"person": {"reason": "high_value", "within_hours": 0}}, "within_hours: must lie from 1"),
        ("rules/0/then", {"decline": {"reason": "not_charged"}}, "then.decline.alternative: must be one of"),
        ("rules/0/then", {"decline": {"alternative": "repair_advice"}}, "then.decline.reason: must be one of"),
        (
            "rules/0/then",
            {"wait": {"reason": "being_packed", "from": "promised", "days": 5}},
            "so when.days_since_promised needs a max below 5",
        ),
        (
            "rules/0/then",
            {"wait": {"reason": "being_packed", "from": "delivered", "days": 5}},
            "so when.days_since_delivered needs a max below 5",
        ),
        ("packs/whole", {"refund": {"goods": 200}}, "packs.whole.refund.goods: must be at most 100 %"),
        ("packs/unused", {"refund": {"goods": 200}}, "packs.unused.refund.goods: must be at most 100 %"),
    ],
)
def test_a_bad_policy_is_refused_with_its_place_and_the_reason(path: str, value: Any, words: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        parse(changed(path, value))

    assert words in str(refused.value)


def test_a_wait_from_now_needs_an_end() -> None:
    document = changed("rules/0/then", {"wait": {"reason": "being_packed", "from": "now", "days": 2}})
    del document["rules"][0]["when"]["days_since_promised"]

    with pytest.raises(BadPolicy, match="a day range with a max must end it"):
        parse(document)


@pytest.mark.proves("input 77")
@pytest.mark.parametrize("text", ["", "name =", "[[rules]]\nkey = 'a'\nkey = 'b'"])
def test_what_is_not_a_policy_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadPolicy):
        parse_text(text)


def test_a_policy_survives_being_stored_as_json() -> None:
    policy = default_policy()

    again = parse(json.loads(json.dumps(policy.document)))

    assert judge(some_facts(), again) == judge(some_facts(), policy)
