"""Facts in columns: an array for each fact of many claim lines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
UNKNOWN = np.iinfo(np.int64).min
"""Stands for a number that is not known; no condition's range reaches it."""


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
