"""Reading: a policy from its document, strictly. Whatever is not understood is refused with the rule and the reason."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from portal.domain.policy import conditions, shape
from portal.domain.policy.limit_reading import read_budgets, read_limits
from portal.domain.policy.offer_plans import Shared, read_plan
from portal.domain.policy.outcomes import read_outcome
from portal.domain.policy.table import Defaults, Policy, Rule, assemble
from portal.domain.policy.toml_reading import document_of

_TOP = ("name", "market", "defaults", "amounts", "packs", "limits", "budgets", "rules")
_MOST_RULES = 1_000
_MOST_HOURS = 24 * 30
_LONGEST_NAME = 200


def default_policy() -> Policy:
    """Read the policy that ships with the project."""
    return parse_text((files(__package__) / "default.toml").read_text(encoding="utf-8"))


def parse_text(text: str) -> Policy:
    """Read a policy from TOML; raise BadPolicy for what is not TOML, a repeated key included."""
    return parse(document_of(text))


def parse(document: Mapping[str, Any]) -> Policy:
    """Read a policy from a document (tables, lists, words, whole numbers, yes and no); raise BadPolicy."""
    shape.known_keys(shape.table(document, "policy"), _TOP, "policy")
    amounts = _amounts(document.get("amounts", {}))
    defaults = _defaults(document.get("defaults"))
    shared = Shared(amounts, _packs(document.get("packs", {})), defaults)
    packs = {
        name: tuple(read_plan(kind, plan, f"packs.{name}.{kind}", shared) for kind, plan in pack.items())
        for name, pack in shared.packs.items()
    }
    return assemble(
        name=shape.text(document.get("name"), "policy: name", most=_LONGEST_NAME),
        market=shape.market(document.get("market"), "policy: market"),
        rules=_rules(document.get("rules"), shared),
        defaults=defaults,
        currencies=_currencies(amounts),
        document=document,
        limits=read_limits(document.get("limits", []), amounts, defaults.answer_within_hours),
        budgets=read_budgets(document.get("budgets", []), amounts),
        packs=packs,
    )


def _amounts(value: object) -> dict[str, dict[str, int]]:
    if value == {}:
        return {}
    return {
        shape.key(name, "amounts"): shape.amounts(amount, f"amounts.{name}")
        for name, amount in shape.table(value, "amounts").items()
    }


def _currencies(amounts: Mapping[str, Mapping[str, int]]) -> frozenset[str]:
    """Find the currencies of a policy. An amount that lacks one would silently lift a limit in it, so it is refused."""
    every = frozenset(currency for amount in amounts.values() for currency in amount)
    for name, amount in amounts.items():
        missing = sorted(every - amount.keys())
        if missing:
            raise shape.refuse(
                f"amounts.{name}", "lacks %(missing)s, which other amounts are given in", missing=", ".join(missing)
            )
    return every


def _defaults(value: object) -> Defaults:
    said = shape.table(value, "defaults")
    shape.known_keys(said, ("offer_expires_in_days", "answer_within_hours"), "defaults")
    expires, hours = said.get("offer_expires_in_days"), said.get("answer_within_hours")
    return Defaults(
        offer_expires_in_days=shape.days(expires, "defaults.offer_expires_in_days", least=1),
        answer_within_hours=shape.whole(hours, "defaults.answer_within_hours", least=1, most=_MOST_HOURS),
    )


def _packs(value: object) -> Mapping[str, Mapping[str, Any]]:
    if value == {}:
        return {}
    return {
        shape.key(name, "packs"): shape.table(pack, f"packs.{name}")
        for name, pack in shape.table(value, "packs").items()
    }


def _rules(value: object, shared: Shared) -> tuple[Rule, ...]:
    if not isinstance(value, list) or not value:
        raise shape.refuse("policy: rules", "needs at least one rule")
    if len(value) > _MOST_RULES:
        raise shape.refuse(
            "policy: rules", "has %(number)s rules; at most %(most)s are read", number=len(value), most=_MOST_RULES
        )
    rules, seen = [], set()
    for number, row in enumerate(value, start=1):
        rule = _rule(row, number, shared)
        if rule.key in seen:
            raise shape.refuse(f"rule {rule.key}", "another rule has the same key")
        seen.add(rule.key)
        rules.append(rule)
    return tuple(rules)


def _rule(value: object, number: int, shared: Shared) -> Rule:
    row = shape.table(value, f"rule number {number}")
    key = shape.key(row.get("key"), f"rule number {number}: key")
    place = f"rule {key}"
    shape.known_keys(row, ("key", "describe", "when", "then"), place)
    when = shape.table(row.get("when"), f"{place}: when")
    return Rule(
        key=key,
        describe=shape.text(row.get("describe"), f"{place}: describe"),
        conditions=tuple(
            conditions.build(name, asked, f"{place}: when", shared.amounts) for name, asked in when.items()
        ),
        outcome=read_outcome(row.get("then"), when, f"{place}: then", shared),
    )
