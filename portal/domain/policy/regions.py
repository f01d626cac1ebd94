"""Regions: what a condition lets through, as plain values, so that a table can be proven and judged in columns too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.facts import Facts
from portal.domain.money import Money

Read = Callable[[Facts], Any]
Test = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Known:
    """Let a fact through that is known, or with ``yes`` false one that is not."""

    yes: bool

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        yes = self.yes
        return lambda facts: (read(facts) is not None) is yes


@dataclass(frozen=True, slots=True)
class Span:
    """Let whole numbers through, both ends included; None is no end. What is not known does not pass."""

    low: int | None
    high: int | None

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        low = float("-inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high

        def within(facts: Facts) -> bool:
            number = read(facts)
            return number is not None and low <= number <= high

        return within


@dataclass(frozen=True, slots=True)
class Recent:
    """Let through how many of a list of days lie within a window of days: at least ``low``, at most ``high``."""

    window: int
    low: int
    high: int | None

    def count(self, read: Read) -> Callable[[Facts], int]:
        """Make the count that is asked about."""
        window = self.window
        return lambda facts: sum(1 for days in read(facts) if days <= window)

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        return Span(self.low, self.high).test(self.count(read))


@dataclass(frozen=True, slots=True)
class Some:
    """Let through an amount of more than nothing, or with ``yes`` false one of nothing."""

    yes: bool

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        yes = self.yes
        return lambda facts: (read(facts).minor > 0) is yes


@dataclass(frozen=True, slots=True)
class AmountSpan:
    """Let amounts through between two bounds by currency, in minor units, both included; None is no bound.

    An amount in a currency that a bound is not given in does not pass it.
    """

    low: Mapping[str, int] | None
    high: Mapping[str, int] | None

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        low, high = self.low, self.high

        def within(facts: Facts) -> bool:
            money: Money = read(facts)
            return (low is None or (money.currency in low and money.minor >= low[money.currency])) and (
                high is None or (money.currency in high and money.minor <= high[money.currency])
            )

        return within


@dataclass(frozen=True, slots=True)
class RecentSum:
    """Let through what things within a window of days are worth together, between bounds as of an ``AmountSpan``."""

    window: int
    low: Mapping[str, int] | None
    high: Mapping[str, int] | None

    def sum(self, read: Read) -> Callable[[Facts], Money]:
        """Make the sum that is asked about, in the order's currency."""
        window = self.window
        return lambda facts: Money(
            sum(minor for days, minor in read(facts) if days <= window), facts.line_value.currency
        )

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        return AmountSpan(self.low, self.high).test(self.sum(read))


@dataclass(frozen=True, slots=True)
class Flag:
    """Let yes through, or no."""

    yes: bool

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        yes = self.yes
        return lambda facts: read(facts) is yes


@dataclass(frozen=True, slots=True)
class Words:
    """Let the words of a list through, or with ``inside`` false every other, what is not known among them."""

    words: frozenset[str]
    inside: bool = True

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        words = self.words
        if self.inside:
            return lambda facts: read(facts) in words
        return lambda facts: read(facts) not in words


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Let a set of words through that holds one of a list, or with ``yes`` false none of it."""

    words: frozenset[str]
    yes: bool = True

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        words, apart = self.words, not self.yes
        return lambda facts: words.isdisjoint(read(facts)) is apart


@dataclass(frozen=True, slots=True)
class Only:
    """Let a set of words through that holds some of a list and nothing else."""

    words: frozenset[str]

    def test(self, read: Read) -> Test:
        """Make the test of one fact."""
        words = self.words

        def only(facts: Facts) -> bool:
            held = read(facts)
            return bool(held) and words >= held

        return only


Region = Known | Span | Recent | Some | AmountSpan | RecentSum | Flag | Words | AnyOf | Only
