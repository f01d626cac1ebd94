"""Why policy decided so, in words: the rule that won, those that nearly did, and what they were missing."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.domain.policy import Policy, default_policy, judge, parse
from portal.web.staff.findings import Explained, RuleView, explain
from tests.support.claim_facts import some_facts


@pytest.fixture
def reader(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/"):
        yield


def said(policy: Policy, **facts: Any) -> Explained:
    return explain(judge(some_facts(**facts), policy), policy)


def policy_of(*rows: dict[str, Any]) -> Policy:
    rules = [
        {
            "key": f"rule_{number}",
            "describe": f"Rule {number}.",
            "when": when,
            "then": {"decline": {"reason": "charge_agrees", "alternative": "talk_to_a_person"}},
        }
        for number, when in enumerate(rows)
    ]
    defaults = {"offer_expires_in_days": 30, "answer_within_hours": 24}
    return parse({"name": "A policy", "market": "*", "defaults": defaults, "rules": rules})


def named(views: tuple[RuleView, ...]) -> list[tuple[str, int]]:
    return [(view.describe, len(view.missed)) for view in views]


def test_rules_that_miss_one_or_two_conditions_are_close_and_the_nearest_comes_first(reader: None):
    policy = policy_of(
        {"problem": ["damaged"], "evidence": True, "signed_by": True, "paid": True},
        {"problem": ["damaged"], "evidence": True},
        {"problem": ["damaged"], "evidence": True, "signed_by": True, "second_failure": True},
        {"problem": ["late"], "paid": True},
        {"problem": ["damaged"], "paid": True},
        {"problem": ["damaged"]},
    )

    found = said(policy)

    assert found.won is not None
    assert found.won.describe == "Rule 4."
    # The last one would have matched too, and stands below the one that did.
    assert named(found.close) == [("Rule 1.", 1), ("Rule 0.", 2), ("Rule 5.", 0)]
    assert named(found.others) == [("Rule 2.", 3), ("Rule 3.", 1)]


def test_a_rule_that_misses_all_that_it_asks_is_not_close_unless_it_asks_one_thing(reader: None):
    found = said(policy_of({"evidence": True, "signed_by": True}, {"second_failure": True}, {"paid": True}))

    assert named(found.close) == [("Rule 1.", 1)]
    assert named(found.others) == [("Rule 0.", 2)]


def test_what_was_missing_is_said(reader: None):
    found = said(default_policy(), days_since_delivered=91)

    damaged = next(view for view in found.close if view.describe.startswith("It came damaged, within 90 days"))
    assert damaged.missed == ("Days since it came: 91. The rule asks for: 90 or less.",)
