"""Exact intervals of rates, tails of counts, and false discoveries over many cells."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from portal.analysis.patterns.evidence import Numbers


def rate_interval(events: Numbers, exposures: Numbers, *, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Give the exact interval of each rate (Clopper and Pearson 1934); from 0 to 1 where nothing was exposed."""
    tail, missed = (1.0 - level) / 2.0, exposures - events
    low = np.where(events > 0, special.betaincinv(np.maximum(events, 1e-9), missed + 1.0, tail), 0.0)
    high = np.where(missed > 0, special.betaincinv(events + 1.0, np.maximum(missed, 1e-9), 1.0 - tail), 1.0)
    return low, high


def at_least(events: Numbers, expected: Numbers) -> Numbers:
    """Give the chance of so many events or more where so many are usual, by Poisson, which is cautious for rates."""
    chance: Numbers = np.where(events > 0, special.gammainc(np.maximum(events, 1e-9), np.maximum(expected, 1e-12)), 1.0)
    return chance


def discovered(chances: Numbers, *, share: float = 0.05) -> NDArray[np.bool_]:
    """Tell which cells stand out with at most this share of them false, however they depend on each other.

    Benjamini and Yekutieli 2001, as ``scipy.stats.false_discovery_control(method="by")`` adjusts; said here in a few
    lines because to import ``scipy.stats`` takes two seconds of each worker's start.
    """
    count = len(chances)
    if count == 0:
        return np.zeros(0, dtype=bool)
    order = np.argsort(chances)
    allowed = share * np.arange(1, count + 1) / (count * np.sum(1.0 / np.arange(1, count + 1)))
    below = np.flatnonzero(chances[order] <= allowed)
    found = np.zeros(count, dtype=bool)
    if below.size:
        found[order[: below[-1] + 1]] = True
    return found


def best_power(exposure: int, usual: float, raised: float, *, false_alarms: float) -> float:
    """Give the most power that any test has which looks once at so many parcels, whose day of change it even knows.

    The likelihood ratio test, randomised to spend its level to the full, is the best there is (Neyman and Pearson
    1933); here it counts events. false_alarms: the level of this one look.
    """
    counts = np.arange(exposure + 1, dtype=np.float64)
    under = special.bdtrc(counts - 1.0, exposure, usual)
    under[0] = 1.0
    fewest = int(np.searchsorted(-under, -false_alarms))
    above = _tail(fewest, exposure, raised)
    level = _tail(fewest, exposure, usual)
    at = _tail(fewest - 1, exposure, usual) - level
    share = (false_alarms - level) / at if at > 0 else 0.0
    return float(above + share * (_tail(fewest - 1, exposure, raised) - above))


def _tail(fewest: int, exposure: int, rate: float) -> float:
    if fewest <= 0:
        return 1.0
    return float(special.bdtrc(fewest - 1, exposure, rate)) if fewest <= exposure else 0.0
