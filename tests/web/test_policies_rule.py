"""One rule in a form: every rule can be said in it, is changed by it alone, and is refused where it must be."""

import tomllib
from typing import Any

import pytest
from flask import Flask

from portal.domain.policy.vocabulary import VOCABULARY
from portal.web.staff.policies import condition_fields, outcome_fields
from tests.support.builders import DEFAULT_POLICY
from tests.support.page import Page
from tests.support.policy_desk import Desk
from tests.support.web import rows


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def form_of(desk: Desk, key: str) -> Page:
    return desk.owner.get(f"{desk.path}/rules/{key}")


def save(desk: Desk, key: str, typed: dict[str, object]) -> Page:
    return form_of(desk, key).submit("Save the rule", typed)


def test_every_rule_of_the_policy_can_be_said_in_fields_and_is_the_same_read_from_them():
    for row in tomllib.loads(DEFAULT_POLICY.read_text(encoding="utf-8"))["rules"]:
        for name, value in row["when"].items():
            typed = condition_fields.typed_of(VOCABULARY[name], value)
            assert typed.mode != "kept", (row["key"], name)
            assert condition_fields.alike(condition_fields.value_of(VOCABULARY[name], typed), value)
        then, errors = outcome_fields.then_of(outcome_fields.typed_of(row["then"]), row["then"])
        assert (then, errors) == (row["then"], {})
        assert outcome_fields.kept_of(row["then"]) == ()


def test_saving_a_form_that_was_only_looked_at_changes_nothing(desk: Desk):
    for key in ("came_late_recently", "still_on_the_way", "several_reports", "charge_agrees"):
        page = form_of(desk, key)
        assert "Nobody can send a photo before the claim is there, so the answer is no at the report." in page.text
        assert "Nothing was different" in page.submit("Save the rule").text

    assert desk.source() == desk.published()


CHANGES: list[tuple[dict[str, object], str, object]] = [
    ({"c-days_since_delivered-high": "120"}, "days_since_delivered", {"max": 120}),
    ({"c-days_since_delivered-low": "3"}, "days_since_delivered", {"min": 3, "max": 90}),
    ({"c-days_since_delivered-mode": "any"}, "days_since_delivered", None),
    ({"c-days_since_promised-mode": "unknown"}, "days_since_promised", "unknown"),
    ({"c-problem-word": ["damaged", "wrong"]}, "problem", ["damaged", "wrong"]),
    ({"c-problem-mode": "none_of"}, "problem", {"none_of": ["damaged"]}),
    ({"c-signed_by-mode": "no"}, "signed_by", False),
    (
        {"c-given_back_share-mode": "between", "c-given_back_share-high": "12,5"},
        "given_back_share",
        {"max": "12.5"},
    ),
    ({"c-line_value-mode": "below", "c-line_value-high": "photo"}, "line_value", {"below": "photo"}),
    ({"c-line_value-mode": "some"}, "line_value", "some"),
    ({"c-sent_again-mode": "between", "c-sent_again-high": "0"}, "sent_again", {"max": 0}),
    ({"c-sku-mode": "one_of", "c-sku-words": "A 1\r\nB, C\r\nA 1\r\n\r\n"}, "sku", ["A 1", "B, C"]),
    (
        {"c-payment_methods-mode": "only", "c-payment_methods-word": ["card"]},
        "payment_methods",
        {"only": ["card"]},
    ),
    (
        {"c-earlier_claims-mode": "between", "c-earlier_claims-low": "2", "c-earlier_claims-window": "30"},
        "earlier_claims",
        {"within_days": 30, "min": 2},
    ),
]


def test_every_kind_of_condition_is_changed_in_its_fields_and_no_other(desk: Desk):
    before: Any = desk.rule("damaged")["when"]

    for typed, fact, wanted in CHANGES:
        page = save(desk, "damaged", typed)
        when: Any = desk.rule("damaged")["when"]
        assert "Saved." in page.text, typed
        assert when.get(fact) == wanted
        assert {name: when[name] for name in when if name != fact} == {
            name: before[name] for name in before if name != fact
        }
        desk.put_back()


def test_words_that_the_shops_orders_hold_are_ticked_and_others_typed_beside_them(desk: Desk, app: Flask):
    desk.shop.an_order()
    [(vendor, region)] = rows(app, "SELECT vendor, ship_to_region FROM order_lines JOIN orders ON orders.id = order_id")
    typed = {"c-vendor-mode": "one_of", "c-vendor-word": [vendor], "c-ship_to_region-mode": "one_of"}

    save(desk, "damaged", {**typed, "c-ship_to_region-word": [region], "c-ship_to_region-words": "Nowhere"})

    when: Any = desk.rule("damaged")["when"]
    assert (when["vendor"], when["ship_to_region"]) == ([vendor], [region, "Nowhere"])
    boxes = [one for one in form_of(desk, "damaged").document.iter("input") if one.get("type") == "checkbox"]
    ticked = {(one.get("name"), one.get("value")) for one in boxes if one.get("checked") is not None}
    assert {("c-vendor-word", vendor), ("c-ship_to_region-word", region)} <= ticked
    # What orders hold is offered for every such fact, and what was typed stays typed.
    assert {"c-sku-word", "c-category-word", "c-market-word"} <= {one.get("name") for one in boxes}
    assert ("c-ship_to_region-word", "Nowhere") not in ticked


NOT_THIS: list[tuple[dict[str, object], str]] = [
    ({"c-days_since_delivered-high": "ninety"}, "Please give a whole number"),
    ({"c-days_since_delivered-high": "-1"}, "Please give a whole number"),
    ({"c-days_since_delivered-high": "1e3"}, "Please give a whole number"),
    ({"c-days_since_delivered-high": "٣"}, "Please give a whole number"),
    ({"c-days_since_delivered-high": "99999"}, "must lie from 0 to 36500"),
    ({"c-days_since_delivered-high": ""}, "Please give one end at least"),
    ({"c-days_since_delivered-low": "100"}, "is above its max"),
    ({"c-given_back_share-mode": "between", "c-given_back_share-high": "12.555"}, "Please give a percentage"),
    ({"c-given_back_share-mode": "between", "c-given_back_share-high": "101"}, "must be at most 100 %"),
    ({"c-problem-word": []}, "Please choose at least one"),
    ({"c-problem-word": ["nonsense"]}, "does not know 'nonsense'"),
    ({"c-sku-mode": "one_of", "c-sku-words": "  \r\n"}, "Please choose at least one"),
    ({"c-ship_to_country-mode": "one_of", "c-ship_to_country-words": "Brazil"}, "a country is two capital letters"),
    ({"c-line_value-mode": "below"}, "Please choose the amount that it is below"),
    ({"c-line_value-mode": "below", "c-line_value-high": "nothing_like_it"}, "there is no amount named"),
    ({"c-earlier_claims-mode": "between", "c-earlier_claims-low": "2"}, "Please give the days to look back"),
    ({"c-signed_by-mode": "perhaps"}, "Please give one end at least"),
    ({"describe": ""}, "Please say what the rule is for"),
    ({"describe": "w" * 301}, "Please say what the rule is for"),
    ({"o-kind": "nothing"}, "Please choose what happens"),
    ({"o-kind": "person"}, "Please choose why"),
    ({"o-kind": "decline", "o-decline-reason": "came_in_time"}, "must be one of"),
    ({"o-kind": "wait", "o-wait-days": "x", "o-wait-from": "promised"}, "Please give a whole number"),
    (
        {"o-kind": "wait", "o-wait-days": "6", "o-wait-from": "promised", "o-wait-reason": "being_packed"},
        "needs a max below 6",
    ),
    ({"o-class": ""}, "Please choose why we give it"),
    ({"o-class": "because"}, "must be one of"),
    ({"o-pack": ""}, "Please choose at least one remedy"),
    ({"o-pack": "nobodys"}, "there is no pack of offers named"),
    ({"o-pack": "", "o-refund": "yes"}, "Please say what it gives"),
    ({"o-pack": "", "o-refund": "yes", "o-refund-arrives_in_days": "3"}, "gives nothing"),
    (
        {"o-pack": "", "o-refund": "yes", "o-refund-goods": "50", "o-refund-customer_cap-within_days": "30"},
        "Please choose an amount, or leave the days",
    ),
    ({"o-pack": "", "o-refund": "yes", "o-refund-goods": "200"}, "must be at most 100 %"),
    ({"o-pack": "", "o-refund": "yes", "o-refund-goods": "lots"}, "Please give a percentage"),
]


@pytest.mark.proves("input 77")
def test_what_cannot_be_is_said_at_its_place_and_what_was_typed_is_kept(desk: Desk):
    page = form_of(desk, "damaged")

    for typed, sentence in NOT_THIS:
        refused = page.submit("Save the rule", {"describe": "Kept words of mine", **typed}, status=422)
        assert sentence in refused.text, typed
        assert "Please look at this once more" in refused.text
        assert "Kept words of mine" in refused.answer.text or "describe" in typed

    assert desk.source() == desk.published()


def test_an_outcome_becomes_another_one(desk: Desk):
    typed: dict[str, object] = {
        "o-kind": "person",
        "o-person-reason": "high_value",
        "o-person-within_hours": "8",
        "o-wording": "serious",
    }

    page = save(desk, "damaged", typed)

    assert desk.rule("damaged")["then"] == {
        "person": {"reason": "high_value", "within_hours": 8},
        "wording": "serious",
    }
    assert "Answered within 8 hours" in page.text


def test_remedies_of_its_own_take_the_place_of_a_set_in_the_order_that_is_given(desk: Desk):
    typed: dict[str, object] = {
        "o-pack": "",
        "o-refund": "yes",
        "o-refund-goods": "50",
        "o-refund-place": "2",
        "o-store_credit": "yes",
        "o-store_credit-goods": "100",
        "o-store_credit-bonus": "12.5",
        "o-store_credit-bonus_cap": "bonus_cap",
        "o-store_credit-place": "1",
    }

    page = save(desk, "damaged", typed)

    then: Any = desk.rule("damaged")["then"]
    assert list(then["offer"].items()) == [
        ("store_credit", {"goods": 100, "bonus": "12.5", "bonus_cap": "bonus_cap"}),
        ("refund", {"goods": 50}),
    ]
    assert "50% of the goods" in page.text


def test_what_the_form_cannot_say_is_shown_and_stays(desk: Desk):
    text = desk.source().replace(
        'key = "damaged"\n', 'key = "damaged"\nwhen.left_at = { none_of = ["a\\nb"] } # Two lines in one word.\n', 1
    )
    desk.save_text(text)

    page = form_of(desk, "damaged")
    page.submit("Save the rule", {"c-days_since_delivered-high": "100"})

    when: Any = desk.rule("damaged")["when"]
    assert "stays as it is written" in page.answer.text
    assert when["left_at"] == {"none_of": ["a\nb"]}
    assert when["days_since_delivered"] == {"max": 100}
    assert "# Two lines in one word." in desk.source()


def test_a_new_rule_stands_where_it_was_asked_for(desk: Desk):
    number = desk.number_of("damaged")
    page = desk.owner.get(f"{desk.path}/rules?before=damaged")
    typed = {"c-problem-mode": "one_of", "c-problem-word": ["damaged"], "c-sku-mode": "one_of", "c-sku-words": "MUG"}
    outcome = {"o-kind": "person", "o-person-reason": "high_value"}

    after = page.submit("Add the rule", {"describe": "Mugs go to a person", **typed, **outcome})

    assert "It will stand before" in page.text
    assert "The new rule is in the table." in after.text
    assert desk.order()[number - 1] == "mugs_go_to_a_person"
    assert desk.rule("mugs_go_to_a_person") == {
        "key": "mugs_go_to_a_person",
        "describe": "Mugs go to a person",
        "when": {"problem": ["damaged"], "sku": ["MUG"]},
        "then": {"person": {"reason": "high_value"}},
    }


def test_a_new_rule_that_asks_for_nothing_is_refused(desk: Desk):
    page = desk.owner.get(f"{desk.path}/rules?after=damaged")

    typed = {"describe": "All", "o-kind": "person", "o-person-reason": "high_value"}
    page = page.submit("Add the rule", typed, status=422)

    assert "A rule needs at least one thing that it asks for." in page.text


@pytest.mark.parametrize("where", ["after=nobody", "before=damaged&after=wrong", "before=nobody"])
def test_a_new_rule_beside_none_is_refused(desk: Desk, where: str):
    desk.owner.get(f"{desk.path}/rules?{where}", status=400)


def test_a_try_shows_what_it_would_do_and_saves_nothing(desk: Desk):
    page = form_of(desk, "worn_out")

    typed = {"c-days_since_delivered-mode": "between", "c-days_since_delivered-low": "900"}
    tried = page.submit("Try it without saving", typed)

    assert "Tried, and not saved." in tried.text
    assert "No rule covers this claim (It does not work · Delivered)" in tried.text
    assert 'value="900"' in tried.answer.text
    assert desk.source() == desk.published()


@pytest.mark.proves("input 63")
def test_a_rule_of_a_page_that_is_out_of_date_is_not_saved_and_what_was_typed_is_kept(desk: Desk):
    stale = form_of(desk, "damaged")
    desk.act("Move rule 3 up")
    before = desk.source()

    page = stale.submit("Save the rule", status=409, describe="Typed in the second window")

    assert "What you typed is kept below" in page.text
    assert "Typed in the second window" in page.answer.text
    assert desk.source() == before
    again = page.submit("Save the rule")
    assert "Saved." in again.text


def test_the_history_says_what_was_changed(desk: Desk):
    page = save(desk, "damaged", {"describe": "It came damaged, and that is enough."})

    assert "Changed “" in page.text
    kinds = rows(desk.app, "SELECT kind FROM policy_draft_events ORDER BY id")
    assert [row.kind for row in kinds] == ["start", "change"]
