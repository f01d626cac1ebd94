"""How many wrong codes of store credit an API key has sent in a minute; counted with the answer that says so."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.tables.people import RateCount


def _window(api_key_id: int, now: datetime) -> tuple[str, datetime]:
    return f"wrong-credit-code:{api_key_id}", now.replace(second=0, microsecond=0)


def so_far(session: Session, api_key_id: int, now: datetime) -> int:
    """Tell how many there were in this minute."""
    key, window_at = _window(api_key_id, now)
    asked = select(RateCount.count).where(RateCount.key == key, RateCount.window_at == window_at)
    return session.scalars(asked).one_or_none() or 0


def count(session: Session, api_key_id: int, now: datetime) -> int:
    """Count one more, and tell how many there are now; those at once queue, so that none is missed."""
    key, window_at = _window(api_key_id, now)
    counting = insert(RateCount).values(key=key, window_at=window_at, count=1)
    counting = counting.on_conflict_do_update(
        index_elements=[RateCount.key, RateCount.window_at], set_={"count": RateCount.count + 1}
    )
    return session.scalars(counting.returning(RateCount.count)).one()
