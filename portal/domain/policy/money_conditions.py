"""Conditions on money: a range between amounts that the policy names, ``some``, or ``none``."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from portal.domain.facts import Facts
from portal.domain.money import Money, decimal_text
from portal.domain.policy import shape
from portal.domain.policy.regions import AmountSpan, Some
from portal.domain.policy.table import Condition, ask_of

Amounts = Mapping[str, Mapping[str, int]]
Bound = Mapping[str, int] | None


def money_between(name: str, value: object, place: str, amounts: Amounts) -> Condition:
    """Ask whether an amount lies from ``min`` to ``max`` or ``below``, or whether there is ``some`` or ``none``."""
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        money: Money = get(facts)
        return f"{decimal_text(money)} {money.currency}"

    if value in ("some", "none"):
        return ask_of(name, str(value), Some(value == "some"), found)
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max", "below"), place)
    low, high, written = bounds(limits, place, amounts)
    return ask_of(name, written, AmountSpan(low, high), found)


def bounds(limits: Mapping[str, Any], place: str, amounts: Amounts) -> tuple[Bound, Bound, str]:
    """Read ``min``, and ``max`` or ``below``: both bounds by currency, and their notation."""
    if len(limits.keys() & {"max", "below"}) > 1:
        raise shape.refuse(place, "takes max (included) or below (not included), not both")
    low = named_amount(limits["min"], f"{place}.min", amounts) if "min" in limits else None
    high = _upper(limits, place, amounts)
    for currency in sorted((low or {}).keys() & (high or {}).keys()):
        shape.in_order((low or {})[currency], (high or {})[currency], f"{place} in {currency}")
    upper = f"<{limits['below']}" if "below" in limits else limits.get("max", "")
    return low, high, f"{limits.get('min', '')}..{upper}"


def _upper(limits: Mapping[str, Any], place: str, amounts: Amounts) -> Bound:
    if "below" in limits:
        bound = named_amount(limits["below"], f"{place}.below", amounts)
        return {currency: minor - 1 for currency, minor in bound.items()}
    return named_amount(limits["max"], f"{place}.max", amounts) if "max" in limits else None


def named_amount(value: object, place: str, amounts: Amounts) -> Mapping[str, int]:
    """Find an amount that a rule names; raise BadPolicy for one that the policy does not give."""
    name = shape.text(value, place)
    if name not in amounts:
        raise shape.refuse(
            place,
            "there is no amount named %(found)s; an amount is given in %(heading)s, by currency",
            found=shape.quoted(name),
            heading=f"[amounts.{name}]",
        )
    return amounts[name]
