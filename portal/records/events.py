"""Signed messages that came in: stored first, applied later, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records import outbox
from portal.records.tables.inbox import IncomingEvent


def store(session: Session, *, sender: str, event_id: str, kind: str, payload: dict[str, Any]) -> bool:
    """Keep an event under its id, with the job that applies it; tell whether it is new."""
    values = {"sender": sender, "event_id": event_id, "kind": kind, "payload": payload}
    written = session.execute(
        insert(IncomingEvent).values(values).on_conflict_do_nothing().returning(IncomingEvent.id)
    ).first()
    if written:
        outbox.defer(session, f"{sender}_events.apply", event_id=event_id)
    return written is not None


def open_event(session: Session, sender: str, event_id: str) -> IncomingEvent | None:
    """Find an event that is not applied yet."""
    asked = select(IncomingEvent).where(
        IncomingEvent.sender == sender, IncomingEvent.event_id == event_id, IncomingEvent.applied_at.is_(None)
    )
    return session.scalars(asked).one_or_none()


def mark_applied(session: Session, sender: str, event_id: str, *, outcome: str, now: datetime) -> None:
    """Note that an event has had its effect, or why it has none."""
    event = open_event(session, sender, event_id)
    if event is not None:
        event.applied_at, event.outcome = now, outcome


def last_heard_at(session: Session, sender: str) -> datetime | None:
    """Tell when the newest event of a sender came in."""
    return session.scalar(select(func.max(IncomingEvent.received_at)).where(IncomingEvent.sender == sender))
