"""Sessions of browsers: found by the hash of their id, kept, touched, and ended."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.single_reads import ask_one
from portal.records.tables.people import WebSession

# Every request asks this, so it is written down as the driver takes it.
_FIND = """
    SELECT id, subject, held, created_at, seen_at, factor_at FROM web_sessions
    WHERE token_hash = $1 AND expires_at > $2
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A session that has not ended."""

    id: int
    subject: str | None
    held: dict[str, Any]
    created_at: datetime
    seen_at: datetime
    factor_at: datetime | None


def hash_of(token: str) -> bytes:
    """Hash a session's id; it holds 256 random bits, so a fast hash keeps it secret."""
    return hashlib.sha256(token.encode()).digest()


def find(session: Session, token: str, now: datetime) -> Found | None:
    """Find a session that has not ended, in one statement and no transaction."""
    row = ask_one(session, _FIND, (hash_of(token), now))
    return None if row is None else Found(*row)


def subject_of(session: Session, token: str) -> str | None:
    """Give the subject of a session, also of one that has ended by itself and was not cleared away yet."""
    return session.scalar(select(WebSession.subject).where(WebSession.token_hash == hash_of(token)))


def begin(
    session: Session,
    *,
    token: str,
    subject: str | None,
    held: dict[str, Any],
    factor_at: datetime | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new session, also where one under its id has ended by itself or was begun by a second tab just now."""
    values = {
        "token_hash": hash_of(token),
        "subject": subject,
        "held": held,
        "factor_at": factor_at,
        "created_at": now,
        "seen_at": now,
        "expires_at": expires_at,
    }
    beginning = insert(WebSession).values(values)
    session.execute(beginning.on_conflict_do_update(index_elements=[WebSession.token_hash], set_=values))


def change(session: Session, session_id: int, *, held: dict[str, Any], now: datetime, expires_at: datetime) -> None:
    """Keep what a session holds now. One that was ended in the meantime stays ended."""
    values = {"held": held, "seen_at": now, "expires_at": expires_at}
    session.execute(update(WebSession).where(WebSession.id == session_id).values(values))


def renew(
    session: Session,
    session_id: int,
    *,
    token: str,
    held: dict[str, Any],
    factor_at: datetime,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Note that the second factor was given: under another id from now on. One that was ended stays ended."""
    values = {
        "token_hash": hash_of(token),
        "held": held,
        "factor_at": factor_at,
        "seen_at": now,
        "expires_at": expires_at,
    }
    session.execute(update(WebSession).where(WebSession.id == session_id).values(values))


def touch(session: Session, session_id: int, *, now: datetime, expires_at: datetime) -> None:
    """Note that a session is in use."""
    values = {"seen_at": now, "expires_at": expires_at}
    session.execute(update(WebSession).where(WebSession.id == session_id).values(values))


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_of(token)))


def end_all_of(session: Session, subject: str) -> int:
    """End every session of a subject, such as ``staff:7``, and tell how many there were."""
    return cast("CursorResult[Any]", session.execute(delete(WebSession).where(WebSession.subject == subject))).rowcount
