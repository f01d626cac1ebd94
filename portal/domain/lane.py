"""How calls to the provider are paced: Stripe takes 25 a second at an address, and we stay below that with 20."""

from datetime import timedelta

# A little more than a twentieth of a second: what is delayed on its way must not arrive as the 21st of a second.
GAP = timedelta(milliseconds=52)
# While our key is not accepted, one call tries whether it is again.
PROBE_EVERY = timedelta(seconds=60)
# A pause that comes within so many calls of the one before is twice as long.
SOON = 20
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 30.0
