"""Events: a snapshot of what happened, kept for reading, and posted to the webhook endpoint where it takes them."""

import json
import sqlite3
import time
from dataclasses import dataclass

from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import API_VERSION
from portal.sandbox.stripe_double.objects import Shape


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that an event stems from; empty where Stripe itself moved something."""

    request_id: str | None = None
    idempotency_key: str | None = None


OWN_MOVE = Cause()


class EventJournal:
    """Writes events in the transaction of what they tell of."""

    def __init__(self, settings: SandboxSettings) -> None:
        """Know which events the endpoint takes."""
        self._settings = settings

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
        event_id, now = new_id("evt"), time.time()
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
        body = json.dumps(event, separators=(",", ":"))
        db.execute(
            "INSERT INTO events (id, account, type, created, body) VALUES (?, ?, ?, ?, ?)",
            (event_id, account, event_type, int(now), body),
        )
        if wanted:
            db.execute(
                "INSERT INTO posts (kind, subject, body, due_at) VALUES ('stripe', ?, ?, ?)",
                (event_id, body, now),
            )
        return event_id
