"""Dimensions: each fact's domain, cut into parts that no condition of a policy tells apart, each numbered as a bit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from portal.domain.money import Money
from portal.domain.policy.regions import AmountSpan, AnyOf, Only, Recent, RecentSum, Region, Some, Span, Words
from portal.domain.policy.shape import refuse

Value = TypeVar("Value")
_MOST_KINDS_OF_WORDS = 12
# No policy can name it, because a word of a policy is not empty.
SOMETHING_ELSE = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a domain by one value of it, which stands for all. low, high: the whole numbers in it, None no end.

    What is not known, and what is no number, has no such ends: ``is_number`` is false.
    """

    value: Any
    is_number: bool = False
    low: int | None = None
    high: int | None = None


UNKNOWN = Part(None)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One fact: its name and its parts, the first of them the lowest bit of a mask. ``whole`` has every bit."""

    name: str
    parts: tuple[Part, ...]

    @property
    def whole(self) -> int:
        """Give the mask of the whole domain."""
        return (1 << len(self.parts)) - 1

    def mask(self, region: Region) -> int:
        """Give the mask of the parts that a region lets through, asking the very test that judges claims."""
        test: Callable[[Any], bool] = _without_window(region).test(_itself)
        return self.where(lambda part: test(part.value))

    def where(self, holds: Callable[[Part], bool]) -> int:
        """Give the mask of the parts for which something holds."""
        return sum(1 << position for position, part in enumerate(self.parts) if holds(part))

    def of_value(self, value: object) -> int:
        """Give the mask of the part that stands for a value."""
        return self.where(lambda part: part.value == value)

    def of_mask(self, mask: int) -> list[Part]:
        """List the parts of a mask."""
        return [part for position, part in enumerate(self.parts) if mask >> position & 1]


def _without_window(region: Region) -> Region:
    """Give what a region asks of the count or the sum that a dimension with a window holds."""
    match region:
        case Recent(_, low, high):
            return Span(low, high)
        case RecentSum(_, low_by, high_by):
            return AmountSpan(low_by, high_by)
        case _:
            return region


def _itself(value: Value) -> Value:
    return value


def numbers(
    name: str, regions: Iterable[Region], *, least: int | None, unknown: bool = False, also: Iterable[int] = ()
) -> Dimension:
    """Cut whole numbers from ``least`` on at every end of a region and where ``also`` says that a part starts."""
    parts = [Part(_between(low, high), True, low, high) for low, high in _cut(regions, "", least, also)]
    return Dimension(name, (*parts, UNKNOWN) if unknown else tuple(parts))


def amounts(name: str, regions: Iterable[Region], currency: str, also: Iterable[int] = ()) -> Dimension:
    """Cut the amounts of one currency, from nothing on."""
    cut = _cut(regions, currency, 0, also)
    return Dimension(name, tuple(Part(Money(_between(low, high), currency), True, low, high) for low, high in cut))


def words(name: str, regions: Sequence[Region], *, choices: Iterable[str] | None, unknown: bool) -> Dimension:
    """Cut words into those that every region treats alike; where only ``choices`` may come, each is its own part."""
    kinds = [min(alike) for alike in _alike(regions)]
    values = [*kinds, SOMETHING_ELSE] if choices is None else sorted(choices)
    parts = tuple(Part(value) for value in values)
    return Dimension(name, (*parts, UNKNOWN) if unknown else parts)


def sets_of_words(name: str, regions: Sequence[Region]) -> Dimension:
    """Cut sets of words by which kinds of words they hold; raise BadPolicy where there are too many kinds of words."""
    kinds = [*(min(alike) for alike in _alike(regions)), SOMETHING_ELSE]
    if len(kinds) > _MOST_KINDS_OF_WORDS:
        raise refuse(
            name, "asks about %(number)s words, each in another way, which is too much to be proven", number=len(kinds)
        )
    held = (frozenset(kind for at, kind in enumerate(kinds) if choice >> at & 1) for choice in range(1 << len(kinds)))
    return Dimension(name, tuple(Part(one) for one in held))


def answers(name: str) -> Dimension:
    """Make the dimension of yes and no."""
    return Dimension(name, (Part(False), Part(True)))


def _alike(regions: Iterable[Region]) -> list[frozenset[str]]:
    """Group the words that regions name by which of them name each."""
    named: dict[str, set[int]] = {}
    for number, region in enumerate(regions):
        if isinstance(region, Words | AnyOf | Only):
            for word in region.words:
                named.setdefault(word, set()).add(number)
    groups: dict[frozenset[int], set[str]] = {}
    for word, where in named.items():
        groups.setdefault(frozenset(where), set()).add(word)
    return [frozenset(group) for group in sorted(groups.values(), key=min)]


def _cut(
    regions: Iterable[Region], currency: str, least: int | None, also: Iterable[int]
) -> list[tuple[int | None, int | None]]:
    starts = set(also)
    for region in regions:
        low, high = _ends(region, currency)
        starts |= {start for start in (low, None if high is None else high + 1) if start is not None}
    firsts = sorted(start for start in starts if least is None or start > least)
    return [(low, None if end is None else end - 1) for low, end in pairwise([least, *firsts, None])]


def _between(low: int | None, high: int | None) -> int:
    return next((end for end in (low, high) if end is not None), 0)


def _ends(region: Region, currency: str) -> tuple[int | None, int | None]:
    """Give the ends of a region on whole numbers; a bound that lacks the currency cuts nothing."""
    match region:
        case Span(low, high) | Recent(_, low, high):
            return low, high
        case Some():
            return 1, None
        case AmountSpan(low_by, high_by) | RecentSum(_, low_by, high_by):
            return _in(low_by, currency), _in(high_by, currency)
        case _:
            return None, None


def _in(by_currency: Mapping[str, int] | None, currency: str) -> int | None:
    return None if by_currency is None else by_currency.get(currency)
