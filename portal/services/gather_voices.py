"""Gather what customers say in their own words, so that it can be searched."""

from portal.records import voices
from portal.services.toolkit import Toolkit, tried_again

# What is gathered is held so long: nobody who moves a claim meanwhile may notice.
_AT_ONCE = 200


@tried_again
def gather_voices(toolkit: Toolkit) -> int:
    """Make searchable what was said since the last time; tell how many. Run twice it finds nothing more."""
    gathered = 0
    while True:
        with toolkit.transaction() as session:
            new = voices.gather(session, _AT_ONCE)
        gathered += new
        if new == 0:
            return gathered
