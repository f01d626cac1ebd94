"""Keep a browser's session: found, begun, changed, touched, ended. Only a hash of its id is ever kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.records import browser_sessions
from portal.services.toolkit import Toolkit

_TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ends:
    """When a session ends: so long after it was last seen, and so long after it began."""

    idle: timedelta
    absolute: timedelta

    def at(self, now: datetime, began_at: datetime) -> datetime:
        """Tell when a session that was seen now ends by itself."""
        return min(now + self.idle, began_at + self.absolute)


# ASVS 7.1.1; written down in the product's reliability bar.
CUSTOMER_ENDS = Ends(timedelta(minutes=30), timedelta(hours=12))
STAFF_ENDS = Ends(timedelta(minutes=15), timedelta(hours=10))
# Between the password and the second factor.
DOOR_ENDS = Ends(timedelta(minutes=10), timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it was found."""

    id: int
    subject: str | None
    held: dict[str, Any]
    began_at: datetime
    seen_at: datetime
    factor_at: datetime | None


def find_session(toolkit: Toolkit, token: str) -> Kept | None:
    """Find a session that has not ended, by its id; one statement."""
    with toolkit.reading() as session:
        row = browser_sessions.find(session, token, toolkit.now())
        return Kept(row.id, row.subject, row.held, row.created_at, row.seen_at, row.factor_at) if row else None


def whose_session(toolkit: Toolkit, token: str) -> str | None:
    """Tell who was signed in, such as ``customer:7``, in a session that may have ended by itself."""
    with toolkit.reading() as session:
        return browser_sessions.subject_of(session, token)


def begin_session(
    toolkit: Toolkit,
    *,
    token: str,
    subject: str | None,
    held: dict[str, Any],
    ends: Ends,
    instead_of: str | None,
    factor_at: datetime | None = None,
) -> None:
    """Keep a new session and end, in the same transaction, the one that it replaces.

    factor_at: when a staff member gave the second factor; None for everybody who has yet to, and for customers.
    """
    now = toolkit.now()
    with toolkit.transaction() as session:
        if instead_of is not None:
            browser_sessions.end(session, instead_of)
        browser_sessions.begin(
            session,
            token=token,
            subject=subject,
            held=held,
            factor_at=factor_at,
            now=now,
            expires_at=ends.at(now, began_at=now),
        )


def renew_session(
    toolkit: Toolkit, kept: Kept, *, token: str, held: dict[str, Any], factor_at: datetime, ends: Ends
) -> None:
    """Note that the second factor was given, under a new id; it ends no later than it would have (ASVS 7.2.4)."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        browser_sessions.renew(
            session,
            kept.id,
            token=token,
            held=held,
            factor_at=factor_at,
            now=now,
            expires_at=ends.at(now, kept.began_at),
        )


def change_session(toolkit: Toolkit, kept: Kept, held: dict[str, Any], ends: Ends) -> None:
    """Keep what a session holds now."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        browser_sessions.change(session, kept.id, held=held, now=now, expires_at=ends.at(now, kept.began_at))


def touch_session(toolkit: Toolkit, kept: Kept, ends: Ends) -> None:
    """Note that a session is in use, at most once a minute."""
    now = toolkit.now()
    if now - kept.seen_at < _TOUCHED_EVERY:
        return
    with toolkit.transaction() as session:
        browser_sessions.touch(session, kept.id, now=now, expires_at=ends.at(now, kept.began_at))


def end_session(toolkit: Toolkit, token: str) -> None:
    """End a session, so that its id opens nothing any more."""
    with toolkit.transaction() as session:
        browser_sessions.end(session, token)
