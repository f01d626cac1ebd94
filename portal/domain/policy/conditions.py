"""Conditions: the closed vocabulary in which a rule asks about facts.

Notation: ``1..5`` (both ends included), ``6..``, ``..0``, ``..<high_value``, ``late|delivered``, ``!boleto``, ``yes``,
``no``, ``known``, ``unknown``, ``some`` (more than nothing) and ``none``. An unknown fact passes no range and no set.
"""

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from portal.domain.facts import Facts
from portal.domain.money import Money, decimal_text
from portal.domain.policy import shape
from portal.domain.policy.table import Condition
from portal.domain.problems import ParcelState, Problem

Amounts = Mapping[str, Mapping[str, int]]
Builder = Callable[[str, Any, str, Amounts], Condition]

_COUNTRY = re.compile(r"[A-Z]{2}")
_FOREVER = 10**9
_ENUMS: dict[str, frozenset[str]] = {"problem": frozenset(Problem), "parcel_state": frozenset(ParcelState)}


def build(name: str, value: object, place: str, amounts: Amounts) -> Condition:
    """Make one condition of a rule; raise BadPolicy where the fact is not known or the value does not fit it."""
    builder = _BUILDERS.get(name)
    if builder is None:
        raise shape.refuse(place, f"does not know the fact {name!r}; it knows {', '.join(sorted(_BUILDERS))}")
    return builder(name, value, f"{place}.{name}", amounts)


def _flag(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    if not isinstance(value, bool):
        raise shape.refuse(place, f"must be true or false, not {value!r}")
    get = attrgetter(name)
    return Condition(name, _yes(value), lambda facts: get(facts) is value, name, lambda facts: _yes(get(facts)))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _knowledge(name: str, value: str, found: Callable[[Facts], str]) -> Condition:
    get, known = attrgetter(name), value == "known"
    return Condition(name, value, lambda facts: (get(facts) is not None) is known, name, found)


def _days(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        days = get(facts)
        return "unknown" if days is None else str(days)

    if value in ("known", "unknown"):
        return _knowledge(name, str(value), found)
    low, high = _day_range(value, place)

    def test(facts: Facts) -> bool:
        days = get(facts)
        return days is not None and low <= days <= high

    return Condition(name, _range_text(low, high), test, name, found)


def _day_range(value: object, place: str) -> tuple[int, int]:
    """Read a range of days; only a range may start below nothing, by having no least."""
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    low = shape.days(limits["min"], f"{place}.min") if "min" in limits else -_FOREVER
    high = shape.days(limits["max"], f"{place}.max") if "max" in limits else _FOREVER
    _in_order(low, high, place)
    return low, high


def _in_order(low: int, high: int, place: str) -> None:
    if low > high:
        raise shape.refuse(place, f"its min, {low}, is above its max, {high}, so that nothing can pass")


def _range_text(low: int, high: int) -> str:
    return f"{low if low > -_FOREVER else ''}..{high if high < _FOREVER else ''}"


def _part(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    low = shape.percent(limits["min"], f"{place}.min") if "min" in limits else 0
    high = shape.percent(limits["max"], f"{place}.max") if "max" in limits else 10_000
    _in_order(low, high, place)
    get = attrgetter(name)
    return Condition(
        name, f"{low}..{high}", lambda facts: low <= get(facts) <= high, name, lambda facts: str(get(facts))
    )


def _money(name: str, value: object, place: str, amounts: Amounts) -> Condition:
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        money: Money = get(facts)
        return f"{decimal_text(money)} {money.currency}"

    if value in ("some", "none"):
        some = value == "some"
        return Condition(name, str(value), lambda facts: (get(facts).minor > 0) is some, name, found)
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max", "below"), place)
    if len(limits.keys() & {"max", "below"}) > 1:
        raise shape.refuse(place, "takes max (included) or below (not included), not both")
    low = named_amount(limits["min"], f"{place}.min", amounts) if "min" in limits else None
    high = _upper(limits, place, amounts)
    for currency in (low or {}).keys() & (high or {}).keys():
        _in_order((low or {})[currency], (high or {})[currency], f"{place} in {currency}")

    def test(facts: Facts) -> bool:
        money: Money = get(facts)
        return _reaches(money, low) and _stays_below(money, high)

    upper = f"<{limits['below']}" if "below" in limits else limits.get("max", "")
    return Condition(name, f"{limits.get('min', '')}..{upper}", test, name, found)


def _upper(limits: Mapping[str, Any], place: str, amounts: Amounts) -> Mapping[str, int] | None:
    if "below" in limits:
        bound = named_amount(limits["below"], f"{place}.below", amounts)
        return {currency: minor - 1 for currency, minor in bound.items()}
    return named_amount(limits["max"], f"{place}.max", amounts) if "max" in limits else None


def named_amount(value: object, place: str, amounts: Amounts) -> Mapping[str, int]:
    """Find an amount that a rule names; raise BadPolicy for one that the policy does not give."""
    name = shape.text(value, place)
    if name not in amounts:
        raise shape.refuse(
            place, f"there is no amount named {name!r}; an amount is given in [amounts.{name}], by currency"
        )
    return amounts[name]


def _reaches(money: Money, low: Mapping[str, int] | None) -> bool:
    return low is None or (money.currency in low and money.minor >= low[money.currency])


def _stays_below(money: Money, high: Mapping[str, int] | None) -> bool:
    return high is None or (money.currency in high and money.minor <= high[money.currency])


def _one_of(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    """Ask whether a word is in a list, or with ``{ none_of = [...] }`` that it is in none."""
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        word = get(facts)
        return "unknown" if word is None else str(word)

    if value in ("known", "unknown"):
        return _knowledge(name, str(value), found)
    if isinstance(value, dict):
        shape.known_keys(shape.table(value, place), ("none_of",), place)
        unwanted = _words(name, value["none_of"], f"{place}.none_of")
        return Condition(name, "!" + "|".join(sorted(unwanted)), lambda facts: get(facts) not in unwanted, name, found)
    wanted = _words(name, value, place)
    return Condition(name, "|".join(sorted(wanted)), lambda facts: get(facts) in wanted, name, found)


def _methods(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    """Ask how the order was paid: any of a list, none of it, or only by methods in it."""

    def found(facts: Facts) -> str:
        return "|".join(sorted(facts.payment_methods)) or "none"

    asked = shape.table(value, place)
    shape.known_keys(asked, ("any_of", "none_of", "only"), place)
    if len(asked) > 1:
        raise shape.refuse(place, "asks one thing: any_of, none_of or only")
    way = next(iter(asked))
    wanted = _words(name, asked[way], f"{place}.{way}")
    written = "|".join(sorted(wanted))
    if way == "any_of":
        return Condition(name, written, lambda facts: not wanted.isdisjoint(facts.payment_methods), name, found)
    if way == "none_of":
        return Condition(name, "!" + written, lambda facts: wanted.isdisjoint(facts.payment_methods), name, found)
    return Condition(
        name,
        "only " + written,
        lambda facts: bool(facts.payment_methods) and wanted >= facts.payment_methods,
        name,
        found,
    )


def _words(name: str, value: object, place: str) -> frozenset[str]:
    if not isinstance(value, list) or not value:
        raise shape.refuse(place, f"must be a list of words that is not empty, not {value!r}")
    words = [shape.text(word, place) for word in value]
    if len(set(words)) < len(words):
        raise shape.refuse(place, "names a word twice")
    for word in words:
        _known_word(name, word, place)
    return frozenset(words)


def _known_word(name: str, word: str, place: str) -> None:
    known = _ENUMS.get(name)
    if known is not None and word not in known:
        raise shape.refuse(place, f"does not know {word!r}; it knows {', '.join(sorted(known))}")
    if name == "ship_to_country" and not _COUNTRY.fullmatch(word):
        raise shape.refuse(place, f"a country is two capital letters, not {word!r}")


def _history(name: str, value: object, place: str, _amounts: Amounts) -> Condition:
    asked = shape.table(value, place)
    shape.known_keys(asked, ("within_days", "min", "max"), place)
    if "within_days" not in asked or len(asked) == 1:
        raise shape.refuse(place, "needs within_days, and min or max")
    window = shape.days(asked["within_days"], f"{place}.within_days", least=1)
    low, high = _day_range({key: asked[key] for key in asked if key != "within_days"}, place)
    low = max(low, 0)

    def count(facts: Facts) -> int:
        return sum(1 for days in facts.earlier_claims_days if days <= window)

    return Condition(
        name,
        f"{_range_text(low, high)} in {window} days",
        lambda facts: low <= count(facts) <= high,
        f"{name} in {window} days",
        lambda facts: str(count(facts)),
    )


_BUILDERS: dict[str, Builder] = {
    **dict.fromkeys(
        ("days_since_ordered", "days_since_promised", "days_since_handed_over", "days_since_delivered", "days_late"),
        _days,
    ),
    **dict.fromkeys(
        (
            "line_value",
            "goods_value",
            "shipping_value",
            "claimed_value",
            "order_value",
            "given_back",
            "card_refundable",
            "overpaid",
        ),
        _money,
    ),
    **dict.fromkeys(("claimed_share", "given_back_share"), _part),
    **dict.fromkeys(("signed_by", "paid", "evidence", "second_failure", "on_behalf"), _flag),
    **dict.fromkeys(
        (
            "problem",
            "parcel_state",
            "order_status",
            "left_at",
            "ship_to_country",
            "ship_to_region",
            "market",
            "vendor",
            "category",
            "sku",
            "carrier",
        ),
        _one_of,
    ),
    "payment_methods": _methods,
    "earlier_claims": _history,
}
FACT_NAMES = frozenset(_BUILDERS)
