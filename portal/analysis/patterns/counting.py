"""Count a day's units into cells: each dimension by itself, and every pair that says more than its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from portal.analysis.patterns.evidence import Numbers
from portal.analysis.patterns.watching import MONTH_EXPOSURE, Day, Keys, Watch
from portal.domain.patterns import DIMENSIONS, SAYS_NO_MORE

_BITS = 27
_MASK = (1 << _BITS) - 1
NO_WORD = 0

KINDS: tuple[tuple[int, ...], ...] = (
    *((one,) for one in range(len(DIMENSIONS))),
    *(
        pair
        for pair in combinations(range(len(DIMENSIONS)), 2)
        if (DIMENSIONS[pair[0]], DIMENSIONS[pair[1]]) not in SAYS_NO_MORE
    ),
)
"""What cells there are: the places of their dimensions."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units that settled on a day, alike ones together. codes: by unit and dimension, ``NO_WORD`` where none is told.

    strata: a number of the mix that each is held against.
    """

    codes: NDArray[np.int64]
    strata: NDArray[np.int64]
    exposures: Numbers
    events: Numbers


@dataclass(slots=True)
class Strata:
    """How often each part of the mix fails in the whole shop: fading sums by number of the stratum."""

    exposures: Numbers = field(default_factory=lambda: np.zeros(0))
    events: Numbers = field(default_factory=lambda: np.zeros(0))
    year_days: float = 365.0
    held_back: float = 5.0

    def rates(self, strata: NDArray[np.int64]) -> Numbers:
        """Give the rate of each unit's stratum, held back towards the whole shop's."""
        self._make_room(strata)
        whole, failed = float(self.exposures.sum()), float(self.events.sum())
        shop = min(max((failed + 0.5) / (whole + 50.0), 1e-4), 0.9)
        rates = (self.events + self.held_back) / (self.exposures + self.held_back / shop)
        taken: Numbers = rates[strata]
        return taken

    def learn(self, units: Units) -> None:
        """Add a day after it was judged."""
        self._make_room(units.strata)
        fading, size = np.exp(-1.0 / self.year_days), len(self.exposures)
        self.exposures = self.exposures * fading + np.bincount(units.strata, units.exposures, size)
        self.events = self.events * fading + np.bincount(units.strata, units.events, size)

    def _make_room(self, strata: NDArray[np.int64]) -> None:
        lacking = int(strata.max(initial=-1)) + 1 - len(self.exposures)
        if lacking > 0:
            self.exposures = np.concatenate([self.exposures, np.zeros(lacking)])
            self.events = np.concatenate([self.events, np.zeros(lacking)])


def day_of(units: Units, mixed: Numbers, number: int, watch: Watch, *, fewest: float) -> Day:
    """Count units into cells. A pair is counted once both its parts were exposed fewest times within the last month."""
    often = _often(units.codes, watch, fewest)
    keys, places = [], []
    for kind, dimensions in enumerate(KINDS):
        there = np.all(units.codes[:, dimensions] != NO_WORD, axis=1)
        if len(dimensions) > 1:
            there &= np.all(often[:, dimensions], axis=1)
        rows = np.flatnonzero(there)
        keys.append(key_of(kind, *(units.codes[rows, one] for one in dimensions)))
        places.append(rows)
    key, row = np.concatenate(keys), np.concatenate(places)
    found, cell = np.unique(key, return_inverse=True)
    size = len(found)
    exposures = np.bincount(cell, units.exposures[row], size).astype(np.float64)
    events = np.bincount(cell, units.events[row], size).astype(np.float64)
    usual = np.bincount(cell, mixed[row], size).astype(np.float64)
    whole = (float(units.events.sum()), float(mixed.sum()))
    return Day(number, found, is_pair(found), exposures, events, usual, *whole)


def key_of(kind: int, first: Keys, second: Keys | None = None) -> Keys:
    """Give the keys of cells of one kind by the codes of their words."""
    key: Keys = (np.int64(kind) << (2 * _BITS)) | (first << _BITS) | (0 if second is None else second)
    return key


def is_pair(keys: Keys) -> NDArray[np.bool_]:
    """Tell which cells have two words."""
    pairs: NDArray[np.bool_] = keys >> (2 * _BITS) >= len(DIMENSIONS)
    return pairs


def parts_of(key: int) -> tuple[tuple[int, int], ...]:
    """Give the dimensions of a cell with the code of each one's word."""
    dimensions = KINDS[key >> (2 * _BITS)]
    codes = ((key >> _BITS) & _MASK, key & _MASK)
    return tuple(zip(dimensions, codes, strict=False))


def _often(codes: NDArray[np.int64], watch: Watch, fewest: float) -> NDArray[np.bool_]:
    """Tell of each unit's words which have been exposed often of late."""
    often = np.zeros(codes.shape, dtype=bool)
    if len(watch.keys) == 0:
        return often
    for dimension in range(codes.shape[1]):
        keys = key_of(dimension, codes[:, dimension])
        at = np.minimum(np.searchsorted(watch.keys, keys), len(watch.keys) - 1)
        often[:, dimension] = (watch.keys[at] == keys) & (watch.state[at, MONTH_EXPOSURE] >= fewest)
    return often


@dataclass(slots=True)
class Words:
    """The words of each dimension by their codes, which count up from 1."""

    codes: Sequence[dict[str, int]] = field(default_factory=lambda: [{} for _ in DIMENSIONS])
    words: Sequence[list[str]] = field(default_factory=lambda: [[""] for _ in DIMENSIONS])

    def code(self, dimension: int, word: str) -> int:
        """Give the code of a word, a new one where it is new; ``NO_WORD`` for none."""
        if not word:
            return NO_WORD
        known = self.codes[dimension]
        code = known.get(word)
        if code is None:
            code = known[word] = len(self.words[dimension])
            self.words[dimension].append(word)
        return code
