"""Evidence that a cell fails more often than usual, which may be looked at every day.

The evidence of a cell is a Shiryaev-Roberts e-detector: each day it is given a small stake, and what it holds is
multiplied by the likelihood ratio of the day's events under a raised rate against the usual one. While the usual rate
is true its expectation is what was staked so far, whatever the days before brought (Shiryaev 1963, Roberts 1966;
Pollak 1985; Shin, Ramdas and Rinaldo, "E-detectors", 2023). A cell is found when its evidence reaches 1, and begins at
nothing again, so the expected number of false findings is at most the sum of all stakes, over any number of cells that
may depend on each other in any way. One stake of 1/365 a day, shared by all cells, is one false finding a year at most.

Raised rates are mixed over several odds, so the size of a fault need not be known (Robbins 1970). Events of a day are
Bernoulli; with unlike rates in a cell their mean makes the ratio smaller (Jensen), never larger.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

ODDS: Numbers = np.array([1.5, 2.0, 3.0, 5.0])
FOUND = 1.0
# Beyond this the day would overflow; a cell that is found begins again long before.
_MOST_GAIN = 60.0


def gains(exposures: Numbers, events: Numbers, usual: Numbers, dispersion: float = 1.0) -> Numbers:
    """Give the logarithm of each cell's likelihood ratio for each of ``ODDS``, by cell and odds.

    usual: the usual rate of each cell, above 0 and below 1. dispersion: how many times a binomial's variance the counts
    have; a quasi-likelihood divides by it (McCullagh and Nelder 1989). A cell without exposure gains nothing.
    """
    raised = events[:, None] * np.log(ODDS) - exposures[:, None] * np.log1p(usual[:, None] * (ODDS - 1.0))
    return np.minimum(raised / dispersion, _MOST_GAIN)


def grow(evidence: Numbers, gained: Numbers, stakes: Numbers) -> Numbers:
    """Add a day: stakes are put in before the day's ratio is known. By cell and odds; stakes by cell."""
    grown: Numbers = (evidence + stakes[:, None] / len(ODDS)) * np.exp(gained)
    return grown


def share_out(a_day: float, watched: NDArray[np.bool_], is_pair: NDArray[np.bool_]) -> Numbers:
    """Share a day's stake: half among single cells that are watched and half among pairs, which are many more."""
    stakes = np.zeros(len(watched))
    groups = [group for group in (watched & ~is_pair, watched & is_pair) if group.any()]
    for group in groups:
        stakes[group] = a_day / len(groups) / np.count_nonzero(group)
    return stakes
