"""Rows that only served a moment, taken out in bulk."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from portal.records.tables.people import ApiAnswer, RateCount, SignInCode, WebSession


def forget(session: Session, *, now: datetime, codes_before: datetime) -> int:
    """Delete sessions that have ended, and codes, counters and kept answers of the API from before a moment."""
    over = (
        delete(WebSession).where(WebSession.expires_at < now),
        delete(SignInCode).where(SignInCode.expires_at < codes_before),
        delete(RateCount).where(RateCount.window_at < codes_before),
        delete(ApiAnswer).where(ApiAnswer.created_at < codes_before),
    )
    return sum(cast("CursorResult[object]", session.execute(statement)).rowcount for statement in over)
