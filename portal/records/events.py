"""Signed messages that came in: stored first, applied later, once."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records import outbox
from portal.records.tables.inbox import EventPoll, IncomingEvent

_events = cast("Table", IncomingEvent.__table__)
_STORE = insert(IncomingEvent).on_conflict_do_nothing().returning(IncomingEvent.id)


def store(
    session: Session,
    *,
    sender: str,
    event_id: str,
    kind: str,
    payload: dict[str, Any],
    outcome: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Keep an event under its id, with the job that applies it; tell whether it is new.

    outcome: why there is nothing to apply, known already; such an event is kept as applied ``now``, without a job.
    """
    values = {
        "sender": sender,
        "event_id": event_id,
        "kind": kind,
        "payload": payload,
        "outcome": outcome,
        "applied_at": None if outcome is None else now,
    }
    written = session.execute(_STORE, values).first()
    if written and outcome is None:
        outbox.defer(session, f"{sender}_events.apply", event_id=event_id)
    return written is not None


_POLLED = insert(EventPoll)
_POLLED = _POLLED.on_conflict_do_update(
    index_elements=["sender"],
    set_={"polled_at": func.greatest(EventPoll.polled_at, _POLLED.excluded.polled_at)},
)
_APPLIED = (
    update(_events)
    .where(
        _events.c.sender == bindparam("_sender"),
        _events.c.event_id == bindparam("_event_id"),
        _events.c.applied_at.is_(None),
    )
    .values(applied_at=bindparam("_now"), outcome=bindparam("_outcome"))
)


def open_event(session: Session, sender: str, event_id: str) -> IncomingEvent | None:
    """Find an event that is not applied yet."""
    asked = select(IncomingEvent).where(
        IncomingEvent.sender == sender, IncomingEvent.event_id == event_id, IncomingEvent.applied_at.is_(None)
    )
    return session.scalars(asked).one_or_none()


def mark_applied(session: Session, sender: str, event_id: str, *, outcome: str, now: datetime) -> None:
    """Note that an event has had its effect, or why it has none."""
    told = {"_sender": sender, "_event_id": event_id, "_outcome": outcome, "_now": now}
    session.execute(_APPLIED, told)


def polled_at(session: Session, sender: str) -> datetime | None:
    """Tell up to when a sender was asked for all its events."""
    return session.scalar(select(EventPoll.polled_at).where(EventPoll.sender == sender))


def remember_poll(session: Session, sender: str, moment: datetime) -> None:
    """Note up to when a sender was asked for all its events; never an earlier moment than is known."""
    session.execute(_POLLED, {"sender": sender, "polled_at": moment})
