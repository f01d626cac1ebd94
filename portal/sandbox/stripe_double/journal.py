"""Events: a snapshot of what happened, kept for reading, and posted to the webhook endpoint where it takes them."""

import json
import sqlite3
from dataclasses import dataclass

from portal.sandbox.clock import Clock
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import API_VERSION, faults
from portal.sandbox.stripe_double.faults import Fault
from portal.sandbox.stripe_double.objects import Shape
from portal.sandbox.stripe_double.script import FaultScript


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that an event stems from; empty where Stripe itself moved something."""

    request_id: str | None = None
    idempotency_key: str | None = None


OWN_MOVE = Cause()


class EventJournal:
    """Writes events in the transaction of what they tell of."""

    def __init__(self, settings: SandboxSettings, clock: Clock, script: FaultScript) -> None:
        """Know which events the endpoint takes, the time, and what becomes of events."""
        self._settings = settings
        self._clock = clock
        self._script = script

    def tell(
        self,
        db: sqlite3.Connection,
        event_type: str,
        shape: Shape,
        *,
        account: str,
        cause: Cause = OWN_MOVE,
        previous: Shape | None = None,
    ) -> str:
        """Keep an event and queue it for the endpoint; give its id."""
        event_id, now = new_id("evt"), self._clock.now()
        wanted = self._settings.takes(event_type)
        event: Shape = {
            "id": event_id,
            "object": "event",
            "api_version": API_VERSION,
            "created": int(now),
            "data": {"object": shape},
            "livemode": False,
            "pending_webhooks": int(wanted),
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": event_type,
        }
        if previous is not None:
            event["data"]["previous_attributes"] = previous
        if account:
            event["account"] = account
        fate = self._script.meet_event(db, event_type)
        if fate is not None and fate[0].action == faults.LOSE:
            return event_id
        body = json.dumps(event, separators=(",", ":"))
        db.execute(
            "INSERT INTO events (id, account, type, created, body) VALUES (?, ?, ?, ?, ?)",
            (event_id, account, event_type, int(now), body),
        )
        if wanted:
            db.executemany(
                "INSERT INTO posts (kind, subject, body, due_at, last_answer) VALUES ('stripe', ?, ?, ?, ?)",
                [(event_id, body, *post) for post in _posts(fate, now)],
            )
        return event_id


def _posts(fate: tuple[Fault, int] | None, now: float) -> list[tuple[float | None, str | None]]:
    """Tell when an event is posted, as often as it is, and why it is not."""
    if fate is None:
        return [(now, None)]
    fault, number = fate
    if fault.action == faults.DROP:
        return [(None, "dropped")]
    if fault.action == faults.DUPLICATE:
        return [(now, None)] * fault.copies
    late = fault.seconds * (fault.dice(number).random() if fault.action == faults.SHUFFLE else 1)
    return [(now + late, None)]
