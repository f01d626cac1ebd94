"""Conditions: the closed vocabulary in which a rule asks about facts.

Notation: ``1..5`` (both ends included), ``6..``, ``..0``, ``..<high_value``, ``late|delivered``, ``!boleto``, ``yes``,
``no``, ``known``, ``unknown``, ``some`` (more than nothing) and ``none``. An unknown fact passes no range and no set.
A fact that was not gathered yet when a claim was judged passes nothing at all, and is found as ``not recorded``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

from portal.domain.facts import Facts
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, money_between
from portal.domain.policy.ranges import day_range, from_nothing, range_text, span_of
from portal.domain.policy.recent_conditions import counted, worth
from portal.domain.policy.regions import Flag, Known, Span
from portal.domain.policy.table import Condition, ask_of
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from portal.domain.policy.word_conditions import methods, one_of

NOT_RECORDED = "not recorded"
Builder = Callable[[str, Any, str], Condition]


def build(name: str, value: object, place: str, amounts: Amounts) -> Condition:
    """Make one condition of a rule; raise BadPolicy where the fact is not known or the value does not fit it."""
    fact = VOCABULARY.get(name)
    if fact is None:
        raise shape.refuse(
            place,
            "does not know the fact %(found)s; it knows %(known)s",
            found=shape.quoted(name),
            known=", ".join(sorted(VOCABULARY)),
        )
    place = f"{place}.{name}"
    if fact.kind is FactKind.MONEY:
        asked = money_between(name, value, place, amounts)
    elif fact.kind is FactKind.RECENT_MONEY:
        asked = worth(fact, value, place, amounts)
    else:
        asked = _BUILDERS[fact.kind](name, value, place)
    return only_where_recorded(asked, fact) if fact.may_lack else asked


def only_where_recorded(asked: Condition, fact: FactType) -> Condition:
    """Let nothing through of facts that were kept before this one was gathered."""
    name, test, found = fact.kept or fact.reads, asked.test, asked.found
    return replace(
        asked,
        test=lambda facts: name not in facts.unrecorded and test(facts),
        found=lambda facts: NOT_RECORDED if name in facts.unrecorded else found(facts),
    )


def _times(name: str, value: object, place: str) -> Condition:
    """Ask how often something was done, from never on."""
    span = from_nothing(day_range(value, place))
    get = attrgetter(name)
    return ask_of(name, range_text(span), span, lambda facts: str(get(facts)))


def _flag(name: str, value: object, place: str) -> Condition:
    get = attrgetter(name)
    return ask_of(name, _yes(value), Flag(shape.yes_or_no(value, place)), lambda facts: _yes(get(facts)))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _days(name: str, value: object, place: str) -> Condition:
    get = attrgetter(name)

    def found(facts: Facts) -> str:
        days = get(facts)
        return "unknown" if days is None else str(days)

    if value in ("known", "unknown"):
        return ask_of(name, str(value), Known(value == "known"), found)
    span = day_range(value, place)
    return ask_of(name, range_text(span), span, found)


def _part(name: str, value: object, place: str) -> Condition:
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    low = shape.percent(limits["min"], f"{place}.min") if "min" in limits else 0
    high = shape.percent(limits["max"], f"{place}.max") if "max" in limits else None
    span = span_of(low, high, place)
    get = attrgetter(name)
    return ask_of(name, range_text(span), span, lambda facts: str(get(facts)))


def _dates(name: str, value: object, place: str) -> Condition:
    """Ask for the days of the calendar from one to another, both included."""
    limits = shape.table(value, place)
    shape.known_keys(limits, ("min", "max"), place)
    low, high = (shape.day(limits[end], f"{place}.{end}") if end in limits else None for end in ("min", "max"))
    if low is not None and high is not None and low > high:
        raise shape.refuse(place, "its min, %(low)s, is after its max, %(high)s", low=limits["min"], high=limits["max"])
    get = attrgetter(name)
    written = f"{limits.get('min', '')}..{limits.get('max', '')}"
    return ask_of(name, written, Span(low, high), lambda facts: date.fromordinal(get(facts)).isoformat())


_BUILDERS: Mapping[FactKind, Builder] = {
    FactKind.DAYS: _days,
    FactKind.TIMES: _times,
    FactKind.SHARE: _part,
    FactKind.YES_NO: _flag,
    FactKind.WORD: one_of,
    FactKind.WORDS: methods,
    FactKind.RECENT: counted,
    FactKind.DATE: _dates,
}
