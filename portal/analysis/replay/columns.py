"""Facts in columns: what ``Facts.to_document`` wrote of many claim lines, an array for each fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType

Numbers = NDArray[np.int64]
UNKNOWN = np.iinfo(np.int64).min
"""Stands for a number that is not known; no condition's range reaches it."""
_NO_WORD = -1
_WHOLE = 10_000
# Facts of before these were kept have none of them.
_LATER: Mapping[str, object] = {"sent_again": 0, "out_of_stock": False, "incident_open": False}


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: for each row a number of ``words``, or -1 where it is not known."""

    codes: Numbers
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordSets:
    """A column of sets of words: for each row a bit for every one of ``words`` that it holds."""

    bits: Numbers
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """A column of lists of days: all of them one after another, each with its row."""

    days: Numbers
    rows: Numbers

    def within(self, window: int, rows: int) -> Numbers:
        """Count for each of ``rows`` how many days are at most ``window``."""
        return np.bincount(self.rows[self.days <= window], minlength=rows).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Sums:
    """A column of lists of days, each with what was given then in minor units of its row's currency."""

    days: Days
    minor: Numbers

    def within(self, window: int, rows: int) -> Numbers:
        """Add up for each of ``rows`` what was given at most ``window`` days ago."""
        sums = np.zeros(rows, np.int64)
        lately = self.days.days <= window
        np.add.at(sums, self.days.rows[lately], self.minor[lately])
        return sums


@dataclass(frozen=True, slots=True)
class FactColumns:
    """Facts of many claim lines by the name of the fact; amounts in minor units of each row's ``currency``.

    ``shipping_given_back`` holds 0 where the parts were not kept. Shares are in basis points. ``recorded``: by the name
    of each fact that kept facts may lack, which rows have it.
    """

    rows: int
    numbers: Mapping[str, Numbers]
    flags: Mapping[str, NDArray[np.bool_]]
    words: Mapping[str, Words]
    word_sets: Mapping[str, WordSets]
    days: Mapping[str, Days]
    sums: Mapping[str, Sums]
    recorded: Mapping[str, NDArray[np.bool_]]
    shipping_given_back: Numbers
    currency: Words


def columns_of(documents: Sequence[Mapping[str, Any]]) -> FactColumns:
    """Turn documents of facts into columns, their rows in the same order."""
    by_kind: dict[FactKind, list[tuple[str, str]]] = {kind: [] for kind in FactKind}
    for fact in VOCABULARY.values():
        by_kind[fact.kind].append((fact.name, fact.reads))
    numbers = {
        name: _numbers(documents, reads) for kind in (FactKind.DAYS, FactKind.TIMES) for name, reads in by_kind[kind]
    }
    numbers |= {name: _amounts(documents, reads) for name, reads in by_kind[FactKind.MONEY]}
    numbers |= {name: _days_of_the_calendar(documents) for name, _ in by_kind[FactKind.DATE]}
    numbers["claimed_share"] = _share(numbers["claimed_value"], numbers["order_value"], when_nothing=_WHOLE)
    numbers["given_back_share"] = _share(numbers["given_back"], numbers["line_value"], when_nothing=0)
    return FactColumns(
        rows=len(documents),
        numbers=numbers,
        flags={name: _flags(documents, reads) for name, reads in by_kind[FactKind.YES_NO]},
        words={name: _words([one.get(reads) for one in documents]) for name, reads in by_kind[FactKind.WORD]},
        word_sets={name: _word_sets([one[reads] for one in documents]) for name, reads in by_kind[FactKind.WORDS]},
        days={name: _days_of(documents, VOCABULARY[name]) for name, _ in by_kind[FactKind.RECENT]},
        sums={name: _sums(documents, VOCABULARY[name]) for name, _ in by_kind[FactKind.RECENT_MONEY]},
        recorded={fact.name: _recorded(documents, fact) for fact in VOCABULARY.values() if fact.may_lack},
        shipping_given_back=np.array([_minor(one.get("shipping_given_back")) for one in documents], np.int64),
        currency=_words([one["line_value"]["currency"] for one in documents]),
    )


def _numbers(documents: Sequence[Mapping[str, Any]], name: str) -> Numbers:
    without = _LATER.get(name)
    found = (one.get(name, without) for one in documents)
    return np.array([UNKNOWN if number is None else number for number in found], np.int64)


def _amounts(documents: Sequence[Mapping[str, Any]], name: str) -> Numbers:
    return np.array([one[name]["amount_minor"] for one in documents], np.int64)


def _minor(amount: Mapping[str, Any] | None) -> int:
    return 0 if amount is None else int(amount["amount_minor"])


def _flags(documents: Sequence[Mapping[str, Any]], name: str) -> NDArray[np.bool_]:
    without = _LATER.get(name)
    return np.array([one.get(name, without) for one in documents], np.bool_)


def _words(found: Sequence[str | None]) -> Words:
    known = {word: number for number, word in enumerate(dict.fromkeys(word for word in found if word is not None))}
    codes = np.array([_NO_WORD if word is None else known[word] for word in found], np.int64)
    return Words(codes, tuple(known))


def _word_sets(found: Sequence[Sequence[str]]) -> WordSets:
    words = tuple(dict.fromkeys(word for held in found for word in held))
    bits = {word: 1 << number for number, word in enumerate(words)}
    return WordSets(np.array([sum(bits[word] for word in set(held)) for held in found], np.int64), words)


# Where an earlier remedy has its days, its worth, and its goodwill.
_AT = {"earlier_remedies": 0, "remedies_value": 1, "goodwill_value": 2}


def _days_of(documents: Sequence[Mapping[str, Any]], fact: FactType) -> Days:
    if not fact.kept:
        return _days([one.get(fact.reads, ()) for one in documents])
    return _days([[given[0] for given in one.get(fact.kept, ())] for one in documents])


def _sums(documents: Sequence[Mapping[str, Any]], fact: FactType) -> Sums:
    at = _AT[fact.name]
    minor = [given[at] for one in documents for given in one.get(fact.kept, ())]
    return Sums(_days_of(documents, fact), np.array(minor, np.int64))


def _recorded(documents: Sequence[Mapping[str, Any]], fact: FactType) -> NDArray[np.bool_]:
    name = fact.kept or fact.reads
    return np.array([name in one for one in documents], np.bool_)


def _days_of_the_calendar(documents: Sequence[Mapping[str, Any]]) -> Numbers:
    moments = (datetime.fromisoformat(one["now"]) for one in documents)
    return np.array([moment.astimezone(UTC).toordinal() for moment in moments], np.int64)


def _days(found: Sequence[Sequence[int]]) -> Days:
    counts = np.array([len(one) for one in found], np.int64)
    days = np.array([day for one in found for day in one], np.int64)
    return Days(days, np.repeat(np.arange(len(found)), counts))


def _share(part: Numbers, whole: Numbers, *, when_nothing: int) -> Numbers:
    """Give parts of wholes in basis points, rounded down, as ``Facts.claimed_share`` does."""
    shares = np.full(len(part), when_nothing, np.int64)
    np.floor_divide(part * _WHOLE, whole, out=shares, where=whole > 0)
    return shares
