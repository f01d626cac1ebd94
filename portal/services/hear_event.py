"""Hear a signed message from outside: stored under its id and answered; a job applies it."""

from typing import Any

from portal.records import events
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def hear_event(toolkit: Toolkit, *, sender: str, event_id: str, kind: str, payload: dict[str, Any]) -> bool:
    """Store an event once, with the job that applies it; tell whether it is new. sender: stripe or warehouse."""
    with toolkit.transaction() as session:
        return events.store(session, sender=sender, event_id=event_id, kind=kind, payload=payload)
