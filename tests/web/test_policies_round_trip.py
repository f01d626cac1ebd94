"""Any rule opened in its form and saved untouched says the same, in the same words of the same text."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import tomlkit
from flask import Flask
from hypothesis import HealthCheck, given, settings
from werkzeug.datastructures import MultiDict

from portal.domain.policy import parse_text
from portal.services.policy_text import change_rule
from portal.services.policy_text.notation import rule_text
from portal.web.staff.policies import outcome_fields
from portal.web.staff.policies.condition_fields import ConditionField, fields_of
from portal.web.staff.policies.rule_form import RuleTyped, read_form
from tests.support.any_policies import policies
from tests.support.builders import DEFAULT_POLICY
from tests.support.policy_desk import Desk


def inputs(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what the form of a rule would send untouched."""
    yield "describe", rule["describe"]
    for field in fields_of(rule["when"], {}, {}, {}):
        yield from _of_condition(field)
    yield from outcome_fields.typed_of(rule["then"]).items()


def _of_condition(field: ConditionField) -> Iterator[tuple[str, str]]:
    name, typed = f"c-{field.name}", field.typed
    yield f"{name}-mode", next(mode for mode, _label, chosen in field.modes if chosen)
    yield from ((f"{name}-{part}", value) for part, value in (("low", typed.low), ("high", typed.high)))
    yield f"{name}-window", typed.window
    yield from ((f"{name}-word", word) for word, _label, chosen in field.choices if chosen)
    yield f"{name}-words", field.more_words.replace("\n", "\r\n")


def saved_untouched(app: Flask, rule: Mapping[str, Any]) -> RuleTyped:
    with app.test_request_context(method="POST", data=MultiDict(inputs(rule))):
        return read_form(rule)


def test_every_rule_of_the_policy_that_ships_stays_as_it_is_byte_for_byte(app: Flask):
    text = DEFAULT_POLICY.read_text(encoding="utf-8")

    for rule in parse_text(text).document["rules"]:
        typed = saved_untouched(app, rule)

        assert typed.errors == {}, rule["key"]
        assert change_rule(text, rule["key"], typed.rule) == text, rule["key"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=policies())
def test_every_rule_that_can_be_written_stays_as_it_is_byte_for_byte(app: Flask, document: dict[str, Any]):
    heads = {name: part for name, part in document.items() if name != "rules"}
    text = tomlkit.dumps(heads) + "".join(f"\n# Why.\n{rule_text(rule)}# So.\n" for rule in document["rules"])

    for rule in parse_text(text).document["rules"]:
        typed = saved_untouched(app, rule)

        assert typed.errors == {}
        assert change_rule(text, rule["key"], typed.rule) == text


@pytest.mark.parametrize(
    "key", ["came_late_long_ago", "not_right_for_an_old_friend", "silent_for_ten_days", "worn_out"]
)
def test_the_page_sends_what_the_form_says(app: Flask, key: str):
    desk = Desk(app)
    desk.start()

    page = desk.owner.get(f"{desk.path}/rules/{key}")
    sent = page.filled(next(form for form in page.forms() if form.get("id") == "rule-form"))

    rule = desk.rule(key)
    said = MultiDict(inputs(rule))
    assert {name: value for name, value in said.items() if value} == {
        name: value[0] if isinstance(value, list) else value for name, value in sent.items() if value and name in said
    }
    assert "Nothing was different" in page.submit("Save the rule").text
    assert desk.source() == desk.published()
