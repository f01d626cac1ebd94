"""Differences between policies: each change is told at its place, and only what changed."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from portal.domain.policy import default_policy, parse
from portal.domain.policy.difference import Change, differences

Document = dict[str, Any]


def told(change: Callable[[Document], object]) -> list[tuple[Change, str, object, object]]:
    """Change a copy of the default policy, and tell the differences."""
    document = deepcopy(dict(default_policy().document))
    change(document)
    found = differences(default_policy(), parse(document))
    return [(one.change, one.place, one.before, one.after) for one in found]


def rule(document: Document, key: str) -> Document:
    return next(row for row in document["rules"] if row["key"] == key)


def test_the_same_policy_differs_in_nothing() -> None:
    assert told(dict) == []


def test_an_amount_and_a_default_are_told_by_their_place() -> None:
    def change(document: Document) -> None:
        document["amounts"]["high_value"]["BRL"] = "1600.00"
        document["defaults"]["answer_within_hours"] = 12

    assert told(change) == [
        (Change.CHANGED, "defaults.answer_within_hours", 24, 12),
        (Change.CHANGED, "amounts.high_value.BRL", "1500.00", "1600.00"),
    ]


def test_conditions_of_one_rule_are_told_one_by_one() -> None:
    when = rule(deepcopy(dict(default_policy().document)), "high_value")["when"]

    def change(document: Document) -> None:
        changed = rule(document, "high_value")["when"]
        changed["second_failure"] = True
        changed["line_value"] = {"min": "high_claim"}

    assert told(change) == [
        (Change.CHANGED, "rules.high_value.when.line_value.min", when["line_value"]["min"], "high_claim"),
        (Change.ADDED, "rules.high_value.when.second_failure", None, True),
    ]


def test_rules_are_added_taken_out_and_moved() -> None:
    keys = [row["key"] for row in default_policy().document["rules"]]

    def change(document: Document) -> None:
        rules = document["rules"]
        rules.insert(0, {**deepcopy(rules[-1]), "key": "a_new_one"})
        del rules[3]
        rules.append(rules.pop(5))

    found = told(change)

    assert [(one[0], one[1]) for one in found] == [
        (Change.REMOVED, f"rules.{keys[2]}"),
        (Change.ADDED, "rules.a_new_one"),
        (Change.MOVED, f"rules.{keys[5]}"),
    ]
    assert found[-1][2:] == (keys[4], keys[-1])


def test_the_order_in_which_remedies_are_shown_counts() -> None:
    def change(document: Document) -> None:
        pack = document["packs"]["money"]
        document["packs"]["money"] = {name: pack[name] for name in reversed(pack)}

    assert told(change) == [
        (Change.MOVED, "packs.money", ["refund", "store_credit"], ["store_credit", "refund"]),
    ]


@pytest.mark.parametrize(("before", "after"), [(1, True), ("1", 1)])
def test_yes_is_not_one_and_a_word_is_no_number(before: object, after: object) -> None:
    document = dict(default_policy().document)
    one, other = ({**document, "name": "x"}, {**document, "name": "x"})
    mine, theirs = parse(one), parse(other)
    object.__setattr__(mine, "document", {**one, "name": before})
    object.__setattr__(theirs, "document", {**other, "name": after})

    assert [(found.place, found.before, found.after) for found in differences(mine, theirs)] == [
        ("name", before, after)
    ]
