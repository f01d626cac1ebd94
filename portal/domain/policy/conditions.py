"""Conditions: the closed vocabulary in which a rule asks about facts.

Notation: ``1..5`` (both ends included), ``6..``, ``..0``, ``..<high_value``, ``late|delivered``, ``!boleto``, ``yes``,
``no``, ``known``, ``unknown``, ``some`` (more than nothing) and ``none``. An unknown fact passes no range and no set.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from portal.domain.facts import Facts
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, money_between
from portal.domain.policy.regions import Flag, Known, Recent, Span
from portal.domain.policy.table import Condition, ask_of
from portal.domain.policy.vocabulary import VOCABULARY, FactKind
from portal.domain.policy.word_conditions import methods, one_of

Builder = Callable[[str, Any, str], Condition]


def build(name: str, value: object, place: str, amounts: Amounts) -> Condition:
    """Make one condition of a rule; raise BadPolicy where the fact is not known or the value does not fit it."""
    fact = VOCABULARY.get(name)
    if fact is None:
        raise shape.refuse(place, f"does not know the fact {name!r}; it knows {', '.join(sorted(VOCABULARY))}")
    if fact.kind is FactKind.MONEY:
        return money_between(name, value, f"{place}.{name}", amounts)
    return _BUILDERS[fact.kind](name, value, f"{place}.{name}")


def _times(name: str, value: object, place: str) -> Condition:
    """Ask how often something was done, from never on."""
    span = _from_nothing(_day_range(value, place))
    get = attrgetter(name)
    return ask_of(name, _range_text(span), span, lambda facts: str(get(facts)))


def _flag(name: str, value: object, place: str) -> Condition:
    if not isinstance(value, bool):
        raise shape.refuse(place, f"must be true or false, not {value!r}")
    get = attrgetter(name)
    return ask_of(name, _yes(value), Flag(value), lambda facts: _yes(get(facts)))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _days(name: str, value: object, place: str) -> Condition:
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        days = get(facts)
        return "unknown" if days is None else str(days)

    if value in ("known", "unknown"):
        return ask_of(name, str(value), Known(value == "known"), found)
    span = _day_range(value, place)
    return ask_of(name, _range_text(span), span, found)


def _day_range(value: object, place: str) -> Span:
    """Read a range of days; only a range may start below nothing, by having no least."""
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    return _span(
        shape.days(limits["min"], f"{place}.min") if "min" in limits else None,
        shape.days(limits["max"], f"{place}.max") if "max" in limits else None,
        place,
    )


def _span(low: int | None, high: int | None, place: str) -> Span:
    if low is not None and high is not None:
        shape.in_order(low, high, place)
    return Span(low, high)


def _from_nothing(span: Span) -> Span:
    return Span(span.low or 0, span.high)


def _range_text(span: Span) -> str:
    return f"{'' if span.low is None else span.low}..{'' if span.high is None else span.high}"


def _part(name: str, value: object, place: str) -> Condition:
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    low = shape.percent(limits["min"], f"{place}.min") if "min" in limits else 0
    high = shape.percent(limits["max"], f"{place}.max") if "max" in limits else None
    span = _span(low, high, place)
    get = attrgetter(name)
    return ask_of(name, _range_text(span), span, lambda facts: str(get(facts)))


def _history(name: str, value: object, place: str) -> Condition:
    asked = shape.table(value, place)
    shape.known_keys(asked, ("within_days", "min", "max"), place)
    if "within_days" not in asked or len(asked) == 1:
        raise shape.refuse(place, "needs within_days, and min or max")
    window = shape.days(asked["within_days"], f"{place}.within_days", least=1)
    span = _from_nothing(_day_range({key: asked[key] for key in asked if key != "within_days"}, place))
    region = Recent(window, span.low or 0, span.high)
    read = attrgetter(VOCABULARY[name].reads)
    count = region.count(read)
    source = f"{name} in {window} days"
    wanted = f"{_range_text(span)} in {window} days"
    return Condition(name, wanted, region, region.test(read), source, lambda facts: str(count(facts)))


_BUILDERS: Mapping[FactKind, Builder] = {
    FactKind.DAYS: _days,
    FactKind.TIMES: _times,
    FactKind.SHARE: _part,
    FactKind.YES_NO: _flag,
    FactKind.WORD: one_of,
    FactKind.WORDS: methods,
    FactKind.RECENT: _history,
}
