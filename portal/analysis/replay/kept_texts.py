"""Kept texts: which parts of kept facts policies ask about, and these parts, as COPY writes them, made into columns."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.analysis.replay.columns import UNKNOWN, Days, FactColumns, Numbers, Sums, Words, WordSets
from portal.domain.policy.table import Policy
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType

Texts = Sequence[bytes]
Path = tuple[str, ...]

_NOTHING = b"\\N"
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_WHOLE = 10_000
# Of which amounts a share is, and what it is where the whole is nothing.
_SHARES = {
    "claimed_share": ("claimed_value", "order_value", _WHOLE),
    "given_back_share": ("given_back", "line_value", 0),
}
# What the amount of a remedy is found from, whatever is asked.
_PRICED = ("line_value", "goods_value", "shipping_value", "given_back", "overpaid", "card_refundable", "out_of_stock")
_SHIPPING_BACK: Path = ("shipping_given_back", "amount_minor")
_NOW: Path = ("now",)


@dataclass(frozen=True, slots=True)
class Reading:
    """What some policies need of kept facts: the facts, the paths of their parts, and which of them may lack."""

    facts: tuple[FactType, ...]
    paths: tuple[Path, ...]
    whether: tuple[str, ...]


def reading_of(policies: Collection[Policy]) -> Reading:
    """Find what must be read so that each of these policies can be judged by."""
    asked = {condition.name for policy in policies for rule in policy.rules for condition in rule.conditions}
    asked |= {
        name for policy in policies for rule in policy.rules for plan in rule.outcome.plans for name in plan.reads
    }
    if any(rule.outcome.evidence for policy in policies for rule in policy.rules):
        asked.add("evidence")
    return _reading({*asked, *_PRICED, *(part for name in asked & _SHARES.keys() for part in _SHARES[name][:2])})


def whole_reading() -> Reading:
    """Read every fact there is, for policies that are not known yet."""
    return _reading(VOCABULARY.keys())


def _reading(needed: Collection[str]) -> Reading:
    facts = tuple(fact for fact in VOCABULARY.values() if fact.name in needed)
    paths = dict.fromkeys([*(_path(fact) for fact in facts if fact.kind is not FactKind.SHARE), _SHIPPING_BACK])
    return Reading(facts, tuple(paths), tuple(dict.fromkeys(_kept(fact) for fact in facts if fact.may_lack)))


def _kept(fact: FactType) -> str:
    return fact.kept or fact.reads


def _path(fact: FactType) -> Path:
    if fact.kind is FactKind.MONEY:
        return fact.reads, "amount_minor"
    return _NOW if fact.kind is FactKind.DATE else (_kept(fact),)


def columns_from(
    reading: Reading, parts: Mapping[Path, Texts], recorded: Mapping[str, Texts], currencies: Texts
) -> FactColumns:
    """Make the columns of what was read, its parts by their paths and a currency for each row."""
    of_kind = {kind: [fact for fact in reading.facts if fact.kind is kind] for kind in FactKind}
    read = {fact.name: parts[_path(fact)] for fact in reading.facts if fact.kind is not FactKind.SHARE}
    made = {fact.name: make(read[fact.name]) for kind, make in _NUMBERS.items() for fact in of_kind[kind]}
    for fact in of_kind[FactKind.SHARE]:
        part, whole, when_nothing = _SHARES[fact.name]
        made[fact.name] = _share(made[part], made[whole], when_nothing=when_nothing)
    return FactColumns(
        rows=len(currencies),
        numbers=made,
        flags={fact.name: _flags(read[fact.name]) for fact in of_kind[FactKind.YES_NO]},
        words={fact.name: _words(read[fact.name]) for fact in of_kind[FactKind.WORD]},
        word_sets={fact.name: _word_sets(read[fact.name]) for fact in of_kind[FactKind.WORDS]},
        days={fact.name: _days(read[fact.name], fact) for fact in of_kind[FactKind.RECENT]},
        sums={fact.name: _sums(read[fact.name], fact) for fact in of_kind[FactKind.RECENT_MONEY]},
        recorded={fact.name: _flags(recorded[_kept(fact)]) for fact in reading.facts if fact.may_lack},
        shipping_given_back=np.maximum(_numbers(parts[_SHIPPING_BACK]), 0),
        currency=_words(currencies),
    )


class _Read(dict[bytes, int]):
    """What each text stands for, made once for every text that comes."""

    def __init__(self, make: Callable[[bytes], int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: bytes) -> int:
        self[text] = made = self._make(text)
        return made


def _each(texts: Texts, make: Callable[[bytes], int]) -> Numbers:
    return np.fromiter(map(_Read(make).__getitem__, texts), np.int64, len(texts))


def _numbers(texts: Texts) -> Numbers:
    return _each(texts, lambda text: UNKNOWN if text == _NOTHING else int(text))


def _times(texts: Texts) -> Numbers:
    """Read counts; what was kept before they were counted is none."""
    return _each(texts, lambda text: 0 if text == _NOTHING else int(text))


def _amounts(texts: Texts) -> Numbers:
    """Read amounts: hardly two are equal, so that nothing is gained by keeping them."""
    return np.fromiter(map(int, texts), np.int64, len(texts))


def _dates(texts: Texts) -> Numbers:
    return _each(texts, lambda text: datetime.fromisoformat(text.decode()).astimezone(UTC).toordinal())


_NUMBERS: Mapping[FactKind, Callable[[Texts], Numbers]] = {
    FactKind.DAYS: _numbers,
    FactKind.TIMES: _times,
    FactKind.MONEY: _amounts,
    FactKind.DATE: _dates,
}


def _flags(texts: Texts) -> NDArray[np.bool_]:
    """Read yes and no; what was kept before it was asked is no."""
    return np.fromiter(map((b"true", b"t").__contains__, texts), np.bool_, len(texts))


def _words(texts: Texts) -> Words:
    known: dict[bytes, int] = {}
    codes = _each(texts, lambda text: -1 if text == _NOTHING else known.setdefault(text, len(known)))
    return Words(codes, tuple(map(_said, known)))


def _said(text: bytes) -> str:
    """Give a text as it was before COPY escaped it."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text).decode()


def _word_sets(texts: Texts) -> WordSets:
    words: dict[str, int] = {}

    def bits(text: bytes) -> int:
        return sum(1 << words.setdefault(word, len(words)) for word in set(json.loads(_said(text))))

    return WordSets(_each(texts, bits), tuple(words))


def _lists(texts: Texts) -> list[list[Any]]:
    read: dict[bytes, list[Any]] = {_NOTHING: []}
    return [read[text] if text in read else read.setdefault(text, json.loads(text)) for text in texts]


def _days(texts: Texts, fact: FactType) -> Days:
    """Read how many days ago each of several things was; of things that hold more, the first number."""
    read = _lists(texts)
    found = [[one[0] for one in held] for held in read] if fact.kept else read
    counts = np.fromiter(map(len, found), np.int64, len(found))
    days = np.array([day for held in found for day in held], np.int64)
    return Days(days, np.repeat(np.arange(len(found)), counts))


# Where an earlier remedy has its worth, and its goodwill.
_AT = {"remedies_value": 1, "goodwill_value": 2}


def _sums(texts: Texts, fact: FactType) -> Sums:
    at = _AT[fact.name]
    return Sums(_days(texts, fact), np.array([one[at] for held in _lists(texts) for one in held], np.int64))


def _share(part: Numbers, whole: Numbers, *, when_nothing: int) -> Numbers:
    """Give parts of wholes in basis points, rounded down, as ``Facts.claimed_share`` does."""
    shares = np.full(len(part), when_nothing, np.int64)
    np.floor_divide(part * _WHOLE, whole, out=shares, where=whole > 0)
    return shares
