"""The post room: every signed message to the portal, with retries, from a thread of its own.

A delivery is signed at the moment it leaves, so that a retry is as fresh as a first try.
"""

import http.client
import logging
import sqlite3
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from portal.domain import signatures
from portal.sandbox.clock import Clock
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10
_MAX_ATTEMPTS = 12
_LONGEST_PAUSE = 300.0
_IDLE_SECONDS = 0.25
_BATCH = 50
_KEEP_ALIVE_SECONDS = 1.0


class PostRoom(threading.Thread):
    """Delivers what is due, oldest first, until it is stopped."""

    def __init__(self, store: Store, clock: Clock, settings: SandboxSettings) -> None:
        """Know the time, the portal and the secrets it shares with Stripe and with the warehouse."""
        super().__init__(name="post-room", daemon=True)
        self._store = store
        self._clock = clock
        self._url = urlsplit(settings.portal)
        self._ways = {
            "stripe": ("/hooks/stripe", signatures.STRIPE_HEADER, settings.webhook_secret),
            "warehouse": ("/hooks/warehouse", signatures.HEADER, settings.warehouse_secret),
        }
        self._stopping = threading.Event()
        self._paused = threading.Event()
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    def stop(self) -> None:
        """Stop after the delivery at hand."""
        self._stopping.set()

    def pause(self, *, paused: bool) -> None:
        """Hold deliveries back, or let them go on."""
        if paused:
            self._paused.set()
        else:
            self._paused.clear()

    def run(self) -> None:
        """Deliver, and sleep while nothing is due."""
        while not self._stopping.is_set():
            try:
                busy = False if self._paused.is_set() else self._deliver_due()
            except sqlite3.OperationalError:
                # A full disk or a locked file passes; what was delivered and not noted goes out again.
                _log.exception("the post room stands still")
                busy = False
            if not busy:
                self._stopping.wait(_IDLE_SECONDS)

    def _deliver_due(self) -> bool:
        rows = (
            self._store.read()
            .execute("SELECT * FROM posts WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?", (self._clock.now(), _BATCH))
            .fetchall()
        )
        if not rows:
            return False
        done = []
        there = True
        for row in rows:
            answer, there = self._post(row["kind"], row["body"].encode())
            done.append(_outcome(row, answer, self._clock.now()))
            if not there or self._stopping.is_set():
                break
        with self._store.write() as db:
            # A crash before this line delivers a batch twice, as Stripe at times does.
            db.executemany(
                "UPDATE posts SET attempts = ?, last_answer = ?, delivered_at = ?, due_at = ? WHERE seq = ?", done
            )
        # Where nobody is there, nobody is there for the rest either: they wait without losing a try.
        return there

    def _post(self, kind: str, body: bytes) -> tuple[str, bool]:
        """Make one try; give the status, or what broke, and whether somebody answered."""
        path, header, secret = self._ways[kind]
        signed = signatures.sign(body, secret, datetime.now(UTC))
        try:
            connection = self._open()
            connection.request(
                "POST",
                self._url.path.rstrip("/") + path,
                body,
                {"Content-Type": "application/json; charset=utf-8", header: signed, "User-Agent": "Sandbox/1.0"},
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as failure:
            self._close()
            _log.info("delivery failed", extra={"kind": kind, "failure": type(failure).__name__})
            return type(failure).__name__, False
        self._used_at = time.monotonic()
        return str(answer.status), True

    def _open(self) -> http.client.HTTPConnection:
        # A connection that lay idle may have been closed at the other end, so it is not trusted with a message.
        if self._connection is not None and time.monotonic() - self._used_at > _KEEP_ALIVE_SECONDS:
            self._close()
        if self._connection is None:
            secure = self._url.scheme == "https"
            make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._connection = make(self._url.hostname or "", self._url.port, timeout=_TIMEOUT_SECONDS)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _outcome(row: sqlite3.Row, answer: str, now: float) -> tuple[int, str, float | None, float | None, int]:
    attempts = row["attempts"] + 1
    # As at Stripe, any answer but 2xx is a failure, redirects included.
    taken = answer.startswith("2")
    again = None if taken or attempts >= _MAX_ATTEMPTS else now + min(2.0**attempts, _LONGEST_PAUSE)
    return attempts, answer, now if taken else None, again, row["seq"]
