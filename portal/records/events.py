"""Signed messages that came in: stored first, applied later, once."""

import json
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ARRAY, Table, Text, bindparam, func, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.orm import Session

from portal.records import outbox
from portal.records.in_transaction import ask
from portal.records.tables.inbox import EventPoll, IncomingEvent

_events = cast("Table", IncomingEvent.__table__)
# One statement, because every remedy brings events, and most of them tell what is known.
_STORE = """
INSERT INTO incoming_events (sender, event_id, kind, payload, outcome, applied_at)
SELECT %(sender)s, %(event_id)s, %(kind)s, %(payload)s::jsonb, known.outcome,
  CASE WHEN known.outcome IS NOT NULL THEN %(now)s::timestamptz END
FROM (SELECT coalesce(%(outcome)s::text, (
    SELECT 'refund is succeeded' FROM refunds WHERE provider_ref = %(succeeded)s::text AND state = 'succeeded' LIMIT 1
)) AS outcome) AS known
ON CONFLICT DO NOTHING RETURNING outcome
"""


def store(
    session: Session,
    *,
    sender: str,
    event_id: str,
    kind: str,
    payload: dict[str, Any],
    outcome: str | None = None,
    succeeded: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Keep an event under its id, with the job that applies it; tell whether it is new.

    An event that has nothing to apply is kept as applied ``now``, without a job: where its outcome is given, or where
    it tells that a refund has succeeded, by its name at the provider, and that is known here.
    """
    told = {
        "sender": sender,
        "event_id": event_id,
        "kind": kind,
        "payload": json.dumps(payload),
        "outcome": outcome,
        "succeeded": succeeded,
        "now": now,
    }
    written = ask(session, _STORE, told)
    if written is not None and written[0] is None:
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
    .values(
        applied_at=bindparam("_now"),
        outcome=bindparam("_outcome"),
        # Where a parcel went stands with its replacement by now, from where an erasure takes it out.
        payload=_events.c.payload.op("-")(cast_to(array(["carrier", "tracking_number", "reason"]), ARRAY(Text))),
    )
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
