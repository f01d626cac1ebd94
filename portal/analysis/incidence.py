"""Incidence before and after a fix, held against matched units elsewhere.

The exact interval of a rate is Clopper and Pearson's (1934). Two counts are compared by the exact conditional interval
of the ratio of their rates: given their sum, the later one is binomial (Przyborowski and Wilenski 1940), whose chance
has Clopper and Pearson's interval. Counts are taken as Poisson, which for rates is cautious.

What everybody saw is the rate elsewhere, standardised to the mix of the cell: each unit of the cell is matched with the
units elsewhere of the same week and the same part of the mix, or of the same week alone where too few of these are.
The interval of that weighted sum of Poisson counts is the gamma interval of Fay and Feuer (1997, Statistics in Medicine
16, 791), which holds its level where weights are unlike and events few. The change beyond what everybody saw is the
ratio of both ratios (a difference of differences on the logarithm's scale), and its three intervals share one level by
Bonferroni, so together they cover at least as often as is said.

``scipy.special`` does for what ``scipy.stats`` has, because that takes two seconds of each worker's start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from portal.analysis.patterns.bounds import rate_interval
from portal.analysis.patterns.evidence import Numbers

LEVEL = 0.95
FEWEST_ELSEWHERE = 20
"""How many units of the same week and mix it takes elsewhere; with fewer, all units of the week are held against."""
FEWEST_AFTER = 20
"""Below so many units after a fix nothing is told, however well they went."""
_MOST = 10_000_000
# Of what an interval may miss, the cell has the most: it is small, and the rest of the shop is not.
_SHARE_OF_CELL = 0.8


@dataclass(frozen=True, slots=True)
class Stratum:
    """Units of one week and one part of the mix: those of the cell, and those elsewhere, with their events."""

    week: int
    mix: str
    exposure: int
    events: int
    elsewhere: int
    elsewhere_events: int


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time: the cell's rate, and the matched rate elsewhere, each with its interval.

    compared: units of the cell that have any to be held against, with their events.
    """

    exposure: int
    events: int
    low: float
    high: float
    compared: int
    compared_events: int
    elsewhere: int
    usual: float
    usual_low: float
    usual_high: float


@dataclass(frozen=True, slots=True)
class Change:
    """How many times as often it happened later, beyond what everybody saw, with its interval."""

    times: float
    low: float
    high: float


def window_of(strata: Sequence[Stratum], *, level: float = LEVEL) -> Window:
    """Count a span of time, and match it with what happened elsewhere. level: of the intervals that are shown."""
    counts = np.array(
        [(one.exposure, one.events, one.elsewhere, one.elsewhere_events) for one in strata], dtype=np.float64
    ).reshape(len(strata), 4)
    exposure, events, elsewhere, happened = counts.T
    low, high = rate_interval(np.array([events.sum()]), np.array([exposure.sum()]), level=level)
    weights, matched = _weights(np.array([one.week for one in strata], dtype=np.int64), exposure, elsewhere)
    usual, usual_low, usual_high = _weighted_rate(weights, happened, level)
    return Window(
        exposure=int(exposure.sum()),
        events=int(events.sum()),
        low=float(low[0]),
        high=float(high[0]),
        compared=int(exposure[matched].sum()),
        compared_events=int(events[matched].sum()),
        elsewhere=int(elsewhere.sum()),
        usual=usual,
        usual_low=usual_low,
        usual_high=usual_high,
    )


def _weights(weeks: NDArray[np.int64], exposure: Numbers, elsewhere: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Weigh each unit elsewhere so that weeks and mix count as they do in the cell; tell which strata have a match."""
    alike = elsewhere >= FEWEST_ELSEWHERE
    places = np.unique(weeks, return_inverse=True)[1] if len(weeks) else weeks
    of_week = np.bincount(places, weights=elsewhere)[places] if len(weeks) else elsewhere
    matched = of_week > 0
    rest = np.where(matched & ~alike, exposure, 0.0)
    rest_of_week = np.bincount(places, weights=rest)[places] if len(weeks) else rest
    whole = max(float(exposure[matched].sum()), 1.0)
    own = np.divide(exposure, elsewhere, out=np.zeros_like(exposure), where=alike)
    by_week = np.divide(rest_of_week, of_week, out=np.zeros_like(exposure), where=matched)
    return (own + by_week) / whole, matched


def _weighted_rate(weights: Numbers, events: Numbers, level: float) -> tuple[float, float, float]:
    """Give a weighted sum of counts with its gamma interval; from nothing to infinity where nothing is weighed."""
    heaviest = float(weights.max(initial=0.0))
    if heaviest <= 0:
        return 0.0, 0.0, float("inf")
    tail = (1.0 - level) / 2.0
    rate, spread = float(weights @ events), float(weights**2 @ events)
    low = float(special.gammaincinv(rate**2 / spread, tail)) * spread / rate if rate > 0 else 0.0
    above, wide = rate + heaviest, spread + heaviest**2
    return rate, low, float(special.gammaincinv(above**2 / wide, 1.0 - tail)) * wide / above


def ratio_interval(earlier: tuple[int, int], later: tuple[int, int], *, level: float = LEVEL) -> tuple[float, float]:
    """Give the exact interval of a later rate as times an earlier one. Both: events, exposure; exposure above 0."""
    (few, under), (many, over) = earlier, later
    if few + many == 0:
        return 0.0, float("inf")
    low, high = rate_interval(np.array([float(many)]), np.array([float(few + many)]), level=level)
    return _odds(float(low[0])) * under / over, _odds(float(high[0])) * under / over


def _odds(chance: float) -> float:
    return chance / (1.0 - chance) if chance < 1.0 else float("inf")


def change_between(earlier: Sequence[Stratum], later: Sequence[Stratum], *, level: float = LEVEL) -> Change | None:
    """Tell how the rate of a cell changed beyond what everybody saw; None where either has nothing to be held against.

    low is 0 and high infinity where events are too few to tell.
    """
    missed = 1.0 - level
    of_usual = 1.0 - missed * (1.0 - _SHARE_OF_CELL) / 2
    before, after = (window_of(strata, level=of_usual) for strata in (earlier, later))
    if not before.compared or not after.compared:
        return None
    low, high = _beyond(before, after, (after.compared_events, after.compared), 1.0 - missed * _SHARE_OF_CELL)
    was, now = before.compared_events / before.compared, after.compared_events / after.compared
    expected = was * after.usual / before.usual if before.usual > 0 else 0.0
    return Change(now / expected if expected > 0 else float("inf"), low, high)


def _beyond(before: Window, after: Window, later: tuple[int, int], level: float) -> tuple[float, float]:
    """Give the interval of the change beyond what everybody saw, for so many events among so many units later."""
    low, high = ratio_interval((before.compared_events, before.compared), later, level=level)
    return (
        low * before.usual_low / after.usual_high if after.usual_high > 0 else 0.0,
        high * before.usual_high / after.usual_low if after.usual_low > 0 else float("inf"),
    )


def needed_after(earlier: Sequence[Stratum], later: Sequence[Stratum], *, level: float = LEVEL) -> int | None:
    """Tell how many units after a fix it takes to prove it, where they do as is usual elsewhere; None where none do.

    It hangs on what was counted before and elsewhere and not on how the cell did after the fix, so whoever waits for it
    and then looks has looked once. While too little is known of elsewhere after the fix, that of before stands in for
    it, and it takes more than there is.
    """
    missed = 1.0 - level
    of_usual = 1.0 - missed * (1.0 - _SHARE_OF_CELL) / 2
    before, after = (window_of(strata, level=of_usual) for strata in (earlier, later))
    if not before.compared:
        return None
    of_cell = 1.0 - missed * _SHARE_OF_CELL
    fewest = _fewest(before, after, of_cell) if after.compared else None
    if fewest is None:
        fewest = _fewest(before, before, of_cell)
        return None if fewest is None else max(fewest, after.compared + 1)
    return fewest


def _fewest(before: Window, seen: Window, level: float) -> int | None:
    """Find the fewest units that prove a fall to what is usual where it was seen; None where no number does."""

    def proves(exposure: int) -> bool:
        events = int(np.ceil(seen.usual * exposure))
        return _beyond(before, seen, (min(events, exposure), exposure), level)[1] < 1.0

    fewest = FEWEST_AFTER
    while not proves(fewest):
        fewest *= 2
        if fewest > _MOST:
            return None
    if fewest == FEWEST_AFTER:
        return fewest
    too_few = fewest // 2
    while fewest - too_few > 1:
        middle = (fewest + too_few) // 2
        too_few, fewest = (too_few, middle) if proves(middle) else (middle, fewest)
    return fewest
