"""The form of one rule: what was typed, what the page shows of it, and the rule that it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from portal.domain.errors import BadPolicy
from portal.domain.policy.vocabulary import VOCABULARY
from portal.web.shared.forms import unix_lines
from portal.web.shared.language import gettext as _
from portal.web.staff.policies import condition_fields, outcome_fields
from portal.web.staff.policies.condition_fields import ANY, BadField, Typed, words_typed
from portal.web.staff.policies.refusals import clash
from portal.web.staff.policies.typed_form import TypedForm
from portal.web.staff.words import FACTS

LONGEST_DESCRIPTION = 300
FORM = "rule-form"
_PREFIX = "c"
REPEATED = tuple(f"{_PREFIX}-{name}-word" for name in VOCABULARY)
_WHEN = re.compile(r"rule [a-z0-9_]+: when\.(?P<fact>[a-z_]+)[a-z_.]*(?: \(rule number \d+\)| in [A-Z]{3})?")
_THEN = re.compile(r"rule [a-z0-9_]+: then[a-z_.]*")
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class RuleTyped(TypedForm):
    """What stands in the form of a rule. conditions: by the fact; outcome: by the field; errors: by the field's id."""

    describe: str
    conditions: Mapping[str, Typed] = field(default_factory=dict)
    outcome: Mapping[str, str] = field(default_factory=dict)
    rule: Mapping[str, Any] = field(default_factory=dict)


def shown(rule: Mapping[str, Any]) -> RuleTyped:
    """Show a rule as it is."""
    return RuleTyped(describe=str(rule.get("describe", "")), outcome=outcome_fields.typed_of(rule.get("then", {})))


def read_form(rule: Mapping[str, Any]) -> RuleTyped:
    """Read the form of a rule; what it cannot say is taken from the rule as it was."""
    errors: dict[str, str] = {}
    describe = unix_lines(request.form.get("describe")).replace("\n", " ")
    if not describe or len(describe) > LONGEST_DESCRIPTION:
        errors["describe"] = _(
            "Please say what the rule is for, in up to %(most)s characters.", most=LONGEST_DESCRIPTION
        )
    conditions = {name: _typed(name) for name in VOCABULARY}
    when = _when(rule.get("when", {}), conditions, errors)
    outcome = {name: value[:_LONGEST] for name, value in request.form.items() if name.startswith("o-")}
    then, wrong = outcome_fields.then_of(outcome, rule.get("then", {}))
    made = {**rule, "describe": describe, "when": when, "then": then}
    return RuleTyped(describe, conditions, outcome, made, errors=errors | wrong)


def with_refusal(typed: RuleTyped, error: BadPolicy) -> RuleTyped:
    """Say in the form what the strict reader refuses: at the fact or the outcome, where it names one."""
    when, then = _WHEN.fullmatch(error.place), _THEN.fullmatch(error.place)
    if when and when["fact"] in VOCABULARY:
        name = when["fact"]
        sentence = _("%(fact)s: %(reason)s", fact=str(FACTS.get(name, name)), reason=error.reason(_))
        return typed.with_error(condition_id(name), sentence)
    return typed.with_error(outcome_fields.field("kind"), clash(error, at_input=bool(then)))


def condition_id(name: str) -> str:
    """Name the first input of a fact."""
    return f"{_PREFIX}-{name}-mode"


def _typed(name: str) -> Typed:
    def value(part: str) -> str:
        return request.form.get(f"{_PREFIX}-{name}-{part}", "").strip()[:_LONGEST]

    ticked = request.form.getlist(f"{_PREFIX}-{name}-word")
    words = words_typed(ticked, value("words"))
    return Typed(value("mode") or ANY, value("low"), value("high"), value("window"), words)


def _when(before: Mapping[str, Any], conditions: Mapping[str, Typed], errors: dict[str, str]) -> dict[str, Any]:
    """Read every condition: those that were there keep their order, and what says the same stays as it is written."""
    when: dict[str, Any] = {name: before[name] for name in before if name not in VOCABULARY}
    for name in dict.fromkeys([*(name for name in before if name in VOCABULARY), *VOCABULARY]):
        typed, fact = conditions[name], VOCABULARY[name]
        if typed.mode == ANY:
            continue
        if typed.mode == "kept" and name in before:
            when[name] = before[name]
            continue
        try:
            value = condition_fields.value_of(fact, typed)
            when[name] = before[name] if condition_fields.alike(value, before.get(name)) else value
        except BadField as error:
            errors[condition_id(name)] = f"{FACTS.get(name, name)}: {error}"
    if not when and not errors:
        errors["describe"] = _("A rule needs at least one thing that it asks for.")
    return when
