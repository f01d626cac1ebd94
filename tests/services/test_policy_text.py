"""A policy's text is changed where it is asked for, and stays as it was written everywhere else."""

import random
import tomllib
from difflib import unified_diff
from importlib.resources import files
from typing import Any

import pytest

from portal.domain.errors import BadPolicy
from portal.domain.policy import parse_text
from portal.services.policy_text import (
    add_rule,
    change_amounts,
    change_rule,
    duplicate_rule,
    move_rule,
    new_key,
    remove_rule,
)

DEFAULT = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
SMALL = """# Above all.
name = "Small"
market = "*"

[defaults]
offer_expires_in_days = 30
answer_within_hours = 24

# About waiting.

# Only the late ones.
[[rules]]
key = "late"
describe = "It is late."
when.problem = ["late"]
when.days_late = { min = 3 } # Three is a lot.
then.person = { reason = "high_value" }

# About the rest.

[[rules]]
key = "other"
describe = "Something else."
when.problem = ["other"]
then.offer.refund = { goods = 100, arrives_in_days = 14 }
then.offer.store_credit = { goods = 100 }
then.class = "entitled"

[[rules]]
key = "wrong"
describe = "It is wrong."
when.problem = ["wrong"]
then.person = { reason = "high_value" }
# The end.
"""


def rules_in(text: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in tomllib.loads(text)["rules"]}


def lines_changed(before: str, after: str) -> list[str]:
    found = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if line[:2] not in ("--", "++", "@@")]


def test_a_rule_moves_with_its_own_comment_and_headings_stay():
    moved = move_rule(SMALL, "late", 2)

    assert list(rules_in(moved)) == ["other", "late", "wrong"]
    assert moved.index("# About waiting.") < moved.index("# About the rest.") < moved.index("# Only the late ones.")
    assert moved.index("# Only the late ones.") < moved.index('key = "late"')


@pytest.mark.parametrize("position", [-3, 0, 1])
def test_a_position_before_the_first_is_the_first(position: int):
    assert list(rules_in(move_rule(SMALL, "wrong", position))) == ["wrong", "late", "other"]


@pytest.mark.parametrize("position", [3, 4, 10_000])
def test_a_position_past_the_last_is_the_last(position: int):
    assert list(rules_in(move_rule(SMALL, "late", position))) == ["other", "wrong", "late"]


def test_a_rule_that_stays_where_it_is_changes_nothing():
    assert move_rule(SMALL, "other", 2) == SMALL


def test_moving_there_and_back_any_number_of_times_keeps_every_rule_and_comment():
    dice, text = random.Random(7), DEFAULT
    keys = list(rules_in(DEFAULT))

    for _ in range(40):
        text = move_rule(text, dice.choice(keys), dice.randint(-1, len(keys) + 2))

    assert rules_in(text) == rules_in(DEFAULT)
    assert sorted(filter(None, text.splitlines())) == sorted(filter(None, DEFAULT.splitlines()))
    assert len(parse_text(text).rules) == len(keys)


def test_one_changed_number_changes_one_line_and_keeps_the_comment_behind_it():
    rule = rules_in(SMALL)["late"]

    changed = change_rule(SMALL, "late", {**rule, "when": {**rule["when"], "days_late": {"min": 5}}})

    assert lines_changed(SMALL, changed) == [
        "-when.days_late = { min = 3 } # Three is a lot.",
        "+when.days_late = { min = 5 } # Three is a lot.",
    ]


def test_a_rule_that_is_given_as_it_is_changes_nothing():
    for key, rule in rules_in(DEFAULT).items():
        assert change_rule(DEFAULT, key, rule) == DEFAULT


def test_any_rule_can_be_made_to_say_what_any_other_says():
    dice, rules = random.Random(11), rules_in(DEFAULT)

    for _ in range(20):
        key, other = dice.sample(list(rules), 2)
        wanted = {**rules[other], "key": key}
        assert rules_in(change_rule(DEFAULT, key, wanted)) == {**rules, key: wanted}


@pytest.mark.parametrize(
    "written",
    [
        'when = { problem = ["late"] } # Now.\nthen = { person = { reason = "high_value" } }\n',
        '# Now.\n[rules.when]\nproblem = ["late"]\n[rules.then.person]\nreason = "high_value"\n',
        'when.problem = [\n  "late", # Now.\n]\nthen.person.reason = "high_value"\n',
    ],
)
def test_a_rule_that_is_written_in_another_way_is_changed_as_well_and_its_comments_stay(written: str):
    text = f'[[rules]]\nkey = "a"\ndescribe = "A."\n{written}'
    then = {"person": {"reason": "high_value", "within_hours": 8}}
    wanted = {"key": "a", "describe": "A.", "when": {"problem": ["late"], "paid": False}, "then": then}

    changed = change_rule(text, "a", wanted)

    assert rules_in(changed) == {"a": wanted}
    assert "# Now." in changed


def test_conditions_come_and_go_and_the_outcome_becomes_another():
    rule = {
        **rules_in(SMALL)["late"],
        "when": {"problem": ["late", "other"], "signed_by": True, "vendor": {"none_of": ['a "b"']}},
        "then": {"offer": "whole", "class": "entitled"},
    }

    changed = change_rule(SMALL, "late", rule)

    assert rules_in(changed)["late"] == rule
    assert "# Only the late ones.\n[[rules]]" in changed
    assert [row for key, row in rules_in(changed).items() if key != "late"] == list(rules_in(SMALL).values())[1:]


def test_the_order_of_remedies_is_kept_as_it_is_given():
    rule = rules_in(SMALL)["other"]
    remedies = {"store_credit": {"goods": 100}, "replacement": {}, "refund": {"goods": 50}}

    changed = change_rule(SMALL, "other", {**rule, "then": {**rule["then"], "offer": remedies}})

    assert list(rules_in(changed)["other"]["then"]["offer"]) == list(remedies)


def test_yes_is_not_one():
    rule = {"key": "late", "describe": "It is late.", "when": {"sent_again": {"min": 1}}, "then": {"x": True}}

    once = change_rule(SMALL, "late", rule)
    again = change_rule(once, "late", {**rule, "then": {"x": 1}})

    assert rules_in(again)["late"]["then"]["x"] is not True


def test_a_new_rule_stands_right_before_or_after_another():
    new = {
        "key": "new",
        "describe": "New “words”.",
        "when": {"paid": True},
        "then": {"person": {"reason": "high_value"}},
    }

    before, after = (add_rule(SMALL, new, beside="other", after=after) for after in (False, True))

    assert list(rules_in(before)) == ["late", "new", "other", "wrong"]
    assert list(rules_in(after)) == ["late", "other", "new", "wrong"]
    assert before.index("# About the rest.") < before.index('key = "new"')
    assert {line[0] for line in lines_changed(SMALL, before)} == {"+"}


def test_a_copy_stands_after_its_rule_under_a_name_of_its_own():
    text, key = duplicate_rule(SMALL, "late", "It is late, too.")
    _, next_key = duplicate_rule(text, "late", "And again.")
    _, of_long = duplicate_rule(DEFAULT, "new_parcel_still_on_the_way_without_date", "A long name.")

    assert (key, next_key) == ("late_2", "late_3")
    assert of_long == "new_parcel_still_on_the_way_without_date_2"
    assert list(rules_in(text)) == ["late", "late_2", "other", "wrong"]
    assert rules_in(text)["late_2"]["when"] == rules_in(text)["late"]["when"]


def test_a_rule_is_removed_with_its_own_comment_and_the_heading_stays():
    removed = remove_rule(SMALL, "late")

    assert list(rules_in(removed)) == ["other", "wrong"]
    assert "# About waiting." in removed
    assert "# Only the late ones." not in removed
    assert remove_rule(removed, "wrong").endswith("# The end.\n")


def test_the_last_rule_cannot_be_removed():
    text = remove_rule(remove_rule(SMALL, "late"), "wrong")

    with pytest.raises(BadPolicy, match="at least one rule"):
        remove_rule(text, "other")


def test_a_rule_that_is_not_there_is_refused():
    with pytest.raises(BadPolicy, match="rule nobody: is not there"):
        move_rule(SMALL, "nobody", 1)


@pytest.mark.parametrize(
    "text",
    [
        'rules = [{ key = "a" }, { key = "b" }]\n',
        '[[rules]]\nkey = "a"\ndescribe = """\n[[rules]]\n"""\n',
        '[[rules]]\nkey = "a"\n[[ "rules" ]]\nkey = "b"\n',
        "not toml at all [",
        "rules = 3",
    ],
)
def test_rules_that_are_written_in_another_way_are_left_to_the_text(text: str):
    with pytest.raises(BadPolicy):
        move_rule(text, "a", 2)


def test_a_table_behind_a_rule_stays_where_it_is():
    text = '[[rules]]\nkey = "a"\n\n[amounts.x]\nBRL = "1.00"\n\n[[rules]]\nkey = "b"\n'

    moved = move_rule(text, "a", 2)

    assert [row["key"] for row in tomllib.loads(moved)["rules"]] == ["b", "a"]
    assert tomllib.loads(moved)["amounts"] == {"x": {"BRL": "1.00"}}


def test_an_amount_changes_on_its_own_line_and_a_new_one_stands_behind_the_last():
    amounts = tomllib.loads(DEFAULT)["amounts"]
    amounts["photo"]["BRL"] = "310.00"
    amounts["new"] = dict(amounts["photo"])

    changed = change_amounts(DEFAULT, amounts)

    lines = lines_changed(DEFAULT, changed)
    assert [line for line in lines if line.startswith("-")] == ['-BRL = "300.00"']
    assert tomllib.loads(changed)["amounts"] == amounts
    assert changed.index("[amounts.new]") < changed.index("# ----", changed.index("[amounts.bonus_cap]"))


def test_amounts_come_to_a_policy_without_any_and_go():
    amounts = {"small": {"BRL": "10.00"}}

    changed = change_amounts(SMALL, amounts)

    assert tomllib.loads(changed) == {**tomllib.loads(SMALL), "amounts": amounts}
    assert tomllib.loads(change_amounts(changed, {})).get("amounts", {}) == {}


@pytest.mark.parametrize(
    ("describe", "key"),
    [
        ("It came late, and is not right at all!", "it_came_late_and_is_not"),
        ("Não chegou", "nao_chegou"),
        ("3 days", "rule_3_days"),
        ("到着", "rule"),
        ("late", "late_2"),
        ("x" * 200, "x" * 55),
    ],
)
def test_a_key_is_made_from_words(describe: str, key: str):
    assert new_key(describe, {"late"}) == key


def test_an_amount_that_goes_takes_its_own_comment_and_nothing_else():
    amounts = tomllib.loads(DEFAULT)["amounts"]
    gone = {name: amount for name, amount in amounts.items() if name != "photo"}
    told = DEFAULT.replace("[amounts.photo]", "# Once\u2028more\u0085so.\n[amounts.photo]")

    changed = change_amounts(DEFAULT, gone)
    back = change_amounts(change_amounts(DEFAULT, {**amounts, "new": amounts["photo"]}), amounts)

    assert tomllib.loads(changed)["amounts"] == gone
    assert change_amounts(told, gone) == changed
    assert len(lines_changed(DEFAULT, changed)) == len(amounts["photo"]) + 3
    assert back == DEFAULT
