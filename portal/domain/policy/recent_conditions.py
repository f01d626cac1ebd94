"""Conditions on what was lately: how many things lie within a window of days, or what they were worth together."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from portal.domain.facts import Facts
from portal.domain.money import decimal_text
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, bounds
from portal.domain.policy.ranges import day_range, from_nothing, range_text
from portal.domain.policy.regions import Recent, RecentSum
from portal.domain.policy.table import Condition
from portal.domain.policy.vocabulary import LONGEST_WINDOW, MOST_COUNTED, VOCABULARY, FactType

_LENGTH = "within_days"


def counted(name: str, value: object, place: str) -> Condition:
    """Ask how many things of a list lie within a window of days: at least ``min``, at most ``max``."""
    fact = VOCABULARY[name]
    asked = shape.table(value, place)
    shape.known_keys(asked, (_LENGTH, "min", "max"), place)
    window = _window(fact, asked, place, "min, max")
    span = from_nothing(day_range(_without_window(asked), place))
    if fact.may_lack and max(span.low or 0, span.high or 0) > MOST_COUNTED:
        raise shape.refuse(place, "counts to %(most)s at most", most=MOST_COUNTED)
    region = Recent(window, span.low or 0, span.high)
    read = attrgetter(fact.reads)
    count = region.count(read)
    wanted = f"{range_text(span)} in {window} days"
    return Condition(name, wanted, region, region.test(read), _source(name, window), lambda facts: str(count(facts)))


def worth(fact: FactType, value: object, place: str, amounts: Amounts) -> Condition:
    """Ask what things of a list within a window of days are worth together: from ``min`` to ``max`` or ``below``."""
    asked = shape.table(value, place)
    shape.known_keys(asked, (_LENGTH, "min", "max", "below"), place)
    window = _window(fact, asked, place, "min, max, below")
    low, high, written = bounds(_without_window(asked), place, amounts)
    region = RecentSum(window, low, high)
    read = attrgetter(fact.reads)
    add_up = region.sum(read)

    def found(facts: Facts) -> str:
        money = add_up(facts)
        return f"{decimal_text(money)} {money.currency}"

    wanted = f"{written} in {window} days"
    return Condition(fact.name, wanted, region, region.test(read), _source(fact.name, window), found)


def _window(fact: FactType, asked: Mapping[str, Any], place: str, limits: str) -> int:
    if _LENGTH not in asked or len(asked) == 1:
        raise shape.refuse(place, "needs %(length)s, and one of %(limits)s", length=_LENGTH, limits=limits)
    place = f"{place}.{_LENGTH}"
    if fact.may_lack:
        return shape.whole(asked[_LENGTH], place, least=1, most=LONGEST_WINDOW)
    return shape.days(asked[_LENGTH], place, least=1)


def _without_window(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in asked if key != _LENGTH}


def _source(name: str, window: int) -> str:
    return f"{name} in {window} days"
