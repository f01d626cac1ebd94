"""The same policy table for two peers: zen-engine's decision table, and a bare chain of ifs in Python."""

import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import zen

from portal.domain.facts import Facts
from portal.domain.policy.regions import (
    AmountSpan,
    AnyOf,
    Flag,
    Known,
    Only,
    Recent,
    RecentSum,
    Region,
    Some,
    Span,
    Words,
)
from portal.domain.policy.table import Condition, Policy, Rule
from portal.domain.policy.vocabulary import COUNTED, VOCABULARY, FactKind

Context = dict[str, Any]


def context_of(facts: Facts, policy: Policy) -> Context:
    """Lay facts out flat as both peers read them: amounts in minor units, what was recent counted by its window."""
    context: Context = {}
    for fact in VOCABULARY.values():
        value = getattr(facts, fact.reads)
        if fact.kind is FactKind.MONEY:
            value = value.minor
        elif fact.kind is FactKind.WORDS:
            value = sorted(value)
        if fact.kind not in COUNTED:
            context[fact.name] = value
    for condition in (condition for rule in policy.rules for condition in rule.conditions):
        if isinstance(condition.region, Recent):
            window, held = condition.region.window, getattr(facts, VOCABULARY[condition.name].reads)
            context[_field(condition)] = sum(days <= window for days in held)
        if isinstance(condition.region, RecentSum):
            window, held = condition.region.window, getattr(facts, VOCABULARY[condition.name].reads)
            context[_field(condition)] = sum(minor for days, minor in held if days <= window)
    return context


def zen_table(policy: Policy, currency: str) -> Any:
    """Make a decision of zen-engine for claims in one currency; its ``rule`` is the key of the rule that wins."""
    conditions = [condition for rule in policy.rules for condition in rule.conditions]
    columns = list(dict.fromkeys(_field(condition) for condition in conditions))
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": column, "name": column, "field": _zen_field(column)} for column in columns],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [_zen_row(rule, columns, currency) for rule in policy.rules],
    }
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "asked", "type": "inputNode", "name": "asked", "position": place},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": place, "content": content},
        {"id": "said", "type": "outputNode", "name": "said", "position": place},
    ]
    edges = [
        {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"}
        for one, other in (("asked", "table"), ("table", "said"))
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def if_chain(policy: Policy, currency: str, folder: Path) -> Callable[[Context], str]:
    """Write the table as one function of ifs into a file, as somebody would by hand, and load it."""
    lines = ["def decide(facts):"]
    for rule in policy.rules:
        asked = " and ".join(_python(condition, currency) for condition in rule.conditions)
        lines += [f"    if {asked}:", f"        return {rule.key!r}"]
    lines.append("    return ''")
    path = folder / f"ifs_{currency}.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    decide: Callable[[Context], str] = runpy.run_path(str(path))["decide"]
    return decide


def _field(condition: Condition) -> str:
    region = condition.region
    return f"{condition.name}_in_{region.window}" if isinstance(region, Recent | RecentSum) else condition.name


def _zen_field(column: str) -> str:
    """Leave the field out where a cell asks about a list, which takes an expression of its own."""
    fact = VOCABULARY.get(column)
    return "" if fact is not None and fact.kind is FactKind.WORDS else column


def _zen_row(rule: Rule, columns: list[str], currency: str) -> Mapping[str, str]:
    cells = dict.fromkeys(columns, "")
    for condition in rule.conditions:
        cells[_field(condition)] = _zen(condition.region, condition.name, currency)
    return {"_id": rule.key, **cells, "rule": json.dumps(rule.key)}


def _zen(region: Region, name: str, currency: str) -> str:
    match region:
        case Known(yes):
            return "$ != null" if yes else "$ == null"
        case Flag(yes):
            return "$ == true" if yes else "$ == false"
        case Words(words, inside):
            listed = json.dumps(sorted(words))
            return f"$ in {listed}" if inside else f"not ($ in {listed})"
        case AnyOf(words, yes):
            some = f"some({name}, # in {json.dumps(sorted(words))})"
            return some if yes else f"not {some}"
        case Only(words):
            return f"len({name}) > 0 and all({name}, # in {json.dumps(sorted(words))})"
        case _:
            ends = _ends(region, currency)
            return " and ".join(["$ != null", *(f"$ {sign} {end}" for sign, end in ends)])


def _python(condition: Condition, currency: str) -> str:
    fact, region = f"facts[{_field(condition)!r}]", condition.region
    match region:
        case Known(yes):
            return f"{fact} is not None" if yes else f"{fact} is None"
        case Flag(yes):
            return fact if yes else f"not {fact}"
        case Words(words, inside):
            return f"{fact} {'in' if inside else 'not in'} {_words(words)}"
        case AnyOf(words, yes):
            apart = f"{_words(words)}.isdisjoint({fact})"
            return f"not {apart}" if yes else apart
        case Only(words):
            return f"{fact} and {_words(words)}.issuperset({fact})"
        case _:
            known = [f"{fact} is not None"] if _may_be_unknown(condition.name) else []
            return " and ".join([*known, *(f"{fact} {sign} {end}" for sign, end in _ends(region, currency))]) or "True"


def _may_be_unknown(name: str) -> bool:
    return VOCABULARY[name].unknown


def _words(words: frozenset[str]) -> str:
    return "{" + ", ".join(repr(str(word)) for word in sorted(words)) + "}"


def _ends(region: Region, currency: str) -> list[tuple[str, int]]:
    match region:
        case Some(yes):
            return [(">", 0)] if yes else [("<=", 0)]
        case AmountSpan(low_by, high_by) | RecentSum(_, low_by, high_by):
            low, high = (None if bound is None else bound[currency] for bound in (low_by, high_by))
        case Span(low, high) | Recent(_, low, high):
            pass
        case _:
            raise TypeError(region)
    return [(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
