"""Counters behind rate limits: one row per key and window, counted up in one atomic statement."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.sessions import at_once
from portal.records.tables.people import RateCount


def count(session: Session, windows: Mapping[str, datetime]) -> dict[str, int]:
    """Count one more under every key, in its window, and give the counts. Nothing undoes it, whatever follows."""
    at_once(session)
    # Sorted, so that two that count the same keys wait for each other and never in a circle.
    rows = [{"key": key, "window_at": windows[key], "count": 1} for key in sorted(windows)]
    counting = (
        insert(RateCount)
        .values(rows)
        .on_conflict_do_update(index_elements=[RateCount.key, RateCount.window_at], set_={"count": RateCount.count + 1})
        .returning(RateCount.key, RateCount.count.label("count_now"))
    )
    return {row.key: row.count_now for row in session.execute(counting)}
