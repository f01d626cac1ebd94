"""Intervals of shares and of the difference of two, which hold for few as well as for many. No library is needed."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

# Of a hundred such intervals, 95 hold what they are about.
LEVEL = 0.95
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Between:
    """A value and its interval at 95 in a hundred."""

    low: float
    value: float
    high: float


def share_interval(share: float, count: float) -> Between:
    """Give the interval of a share among so many, by its score (Wilson 1927); from 0 to 1 where nobody was counted.

    count need not be whole: where people are weighed, it is how many unweighed ones tell as much (Kish 1965).
    """
    if count <= 0:
        return Between(0.0, share, 1.0)
    spread = Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    middle, width = share + Z * Z / (2 * count), 1 + Z * Z / count
    return Between(max(0.0, (middle - spread) / width), share, min(1.0, (middle + spread) / width))


def difference_interval(first: Between, second: Between) -> Between:
    """Give the interval of the difference of two shares of different people (Newcombe 1998, his tenth method)."""
    difference = first.value - second.value
    return Between(
        difference - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2),
        difference,
        difference + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2),
    )
