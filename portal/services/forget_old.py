"""Forget what has served its time: ended sessions, used codes, counters of past windows."""

from datetime import timedelta

from portal.records import forgetting
from portal.services.toolkit import Toolkit

_CODES_KEPT = timedelta(days=1)


def forget_old(toolkit: Toolkit) -> int:
    """Delete ended sessions, codes of yesterday and counters of past windows; tell how many rows."""
    with toolkit.transaction() as session:
        return forgetting.forget(session, now=toolkit.now(), codes_before=toolkit.now() - _CODES_KEPT)
