"""How many wrong codes somebody has sent in a window of time: counted where the answer that says so is made."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.tables.people import RateCount


def so_far(session: Session, whose: str, window_at: datetime) -> int:
    """Tell how many there were since the window began. whose: the kind of code, and who sends it."""
    asked = select(RateCount.count).where(RateCount.key == whose, RateCount.window_at == window_at)
    return session.scalars(asked).one_or_none() or 0


def count(session: Session, whose: str, window_at: datetime) -> int:
    """Count one more, and tell how many there are now; those at once queue, so that none is missed."""
    counting = insert(RateCount).values(key=whose, window_at=window_at, count=1)
    counting = counting.on_conflict_do_update(
        index_elements=[RateCount.key, RateCount.window_at], set_={"count": RateCount.count + 1}
    )
    return session.scalars(counting.returning(RateCount.count)).one()
