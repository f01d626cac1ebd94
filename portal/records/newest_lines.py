"""The newest claim line of a time, by which claims that were read before are known again."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

_NEWEST = text("""
    SELECT l.id, c.created_at FROM claims c JOIN claim_lines l ON l.claim_id = c.id
    WHERE c.created_at < :until ORDER BY c.created_at DESC, l.id DESC LIMIT 1
""")
_IS_THERE = text("""
    SELECT EXISTS (SELECT FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE l.id = :id AND c.created_at = :at)
""")


class NewestLine(NamedTuple):
    """A claim line, and when it was reported."""

    id: int
    at: datetime


def newest_line(session: Session, until: datetime) -> NewestLine | None:
    """Find the claim line that was reported last before a moment."""
    row = session.execute(_NEWEST, {"until": until}).one_or_none()
    return None if row is None else NewestLine(*row)


def is_there(session: Session, line: NewestLine) -> bool:
    """Tell whether it is a line of this shop."""
    return bool(session.scalar(_IS_THERE, {"id": line.id, "at": line.at}))
