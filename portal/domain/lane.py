"""How calls to the provider are paced: Stripe takes 25 a second at an address, and we stay below that with 20.

An account may be given another limit, and so may we; no other figure here depends on it.
"""

from dataclasses import dataclass
from datetime import timedelta

MOST_A_SECOND, MOST_THAT_MAY_BE = 20, 100
# As many slots as a second has calls take a little more than that: what is delayed on its way must not arrive as the
# 21st of a second.
_ALL_SLOTS = timedelta(milliseconds=1040)
# While our key is not accepted, one call tries whether it is again.
PROBE_EVERY = timedelta(seconds=60)
# A pause that comes within so many calls of the one before is twice as long.
SOON = 20
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 30.0
# By how much two clocks part at most while neither is looked at: a second in a quarter of an hour.
_DRIFT = 0.001


def gap(most_a_second: int) -> timedelta:
    """Tell how long a slot of the lane is."""
    return _ALL_SLOTS / most_a_second


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the machine's steady clock is ahead of the database's: between low and high, in seconds.

    A slow answer tells little of it, and a quick one much. known_at: when it was learned, by the steady clock.
    """

    low: float
    high: float
    known_at: float

    def narrowed(self, newer: "Offset") -> "Offset":
        """Add what was learned since; where both cannot be true a clock was set, and only the newer one counts."""
        drift = abs(newer.known_at - self.known_at) * _DRIFT
        low, high = max(self.low - drift, newer.low), min(self.high + drift, newer.high)
        return newer if low > high else Offset(low, high, newer.known_at)
