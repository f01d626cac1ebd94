"""Stripe's news at the web: signed events one after the other, each sent again until it is answered well."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from portal.domain.refs import new_ref
from portal.domain.signatures import STRIPE_HEADER, sign
from tests.prove.crash.customers import DROPPED, OK, ask
from tests.prove.crash.world import World
from tests.support.sandbox_server import WEBHOOK_SECRET

_PAUSE_SECONDS = 0.02


@dataclass
class News:
    """What was answered, and which events were taken, each with when."""

    world: World
    answered: list[tuple[float, int]] = field(default_factory=list)
    taken: list[tuple[float, str]] = field(default_factory=list)
    dropped: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Tell them until the block ends."""
        teller = threading.Thread(target=self._tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            self._over.set()
            teller.join(60)

    def lost(self) -> set[str]:
        """Name those that were answered well and are not kept."""
        kept = self.world.rows("SELECT event_id FROM incoming_events WHERE sender = 'stripe'")
        return {event for _, event in self.taken} - {row.event_id for row in kept}

    def _tell(self) -> None:
        while not self._over.is_set():
            event = new_ref("evt", 12)
            while not self._over.is_set() and not self._takes(event):
                time.sleep(_PAUSE_SECONDS)
            time.sleep(_PAUSE_SECONDS)

    def _takes(self, event: str) -> bool:
        try:
            status = self._post(event)
        except DROPPED:
            self.dropped += 1
            return False
        self.answered.append((time.monotonic(), status))
        if status != OK:
            return False
        self.taken.append((time.monotonic(), event))
        return True

    def _post(self, event: str) -> int:
        told = {"id": event, "object": "event", "type": "fx_quote.expired", "livemode": False}
        body = json.dumps({**told, "data": {"object": {"object": "fx_quote"}}}).encode()
        signed = sign(body, WEBHOOK_SECRET, datetime.now(UTC))
        headers = {STRIPE_HEADER: signed, "Content-Type": "application/json"}
        return ask(self.world.web_port, "POST", "/hooks/stripe", body, headers).status
