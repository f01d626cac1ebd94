"""Idempotency keys: one saved answer for each key, compared by endpoint and parameters, kept for a day."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal.sandbox.stripe_double.errors import bad_request, key_in_use, key_misused
from portal.sandbox.stripe_double.parameters import canonical

KEPT_SECONDS = 86_400
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request under its key."""

    account: str
    key: str
    path: str
    digest: str


def ticket(account: str, key: str, path: str, form: Mapping[str, Any]) -> Ticket:
    """Name a request by its key and what it asks; a key has at most 255 characters."""
    if len(key) > _LONGEST_KEY:
        raise bad_request("Idempotency keys may only be up to 255 characters.")
    return Ticket(account, key, path, hashlib.sha256(canonical(form).encode()).hexdigest())


class RunningKeys:
    """The keys whose first request still runs."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, of: Ticket) -> Iterator[None]:
        """Hold a key while its request runs; raise idempotency_key_in_use for a twin."""
        name = (of.account, of.key)
        with self._lock:
            if name in self._running:
                raise key_in_use(of.key)
            self._running.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(name)


def saved_answer(db: sqlite3.Connection, of: Ticket, now: int) -> tuple[int, str] | None:
    """Give the answer that is kept under a key; raise where the key was used for something else."""
    found = db.execute(
        "SELECT path, digest, status, body FROM idempotency WHERE account = ? AND key = ? AND created > ?",
        (of.account, of.key, now - KEPT_SECONDS),
    ).fetchone()
    if found is None:
        return None
    if (found["path"], found["digest"]) != (of.path, of.digest):
        raise key_misused(of.key)
    return found["status"], found["body"]


def save_answer(db: sqlite3.Connection, of: Ticket, status: int, body: str, now: int) -> None:
    """Keep an answer under a key, in the transaction of what it tells of."""
    db.execute(
        "INSERT OR REPLACE INTO idempotency (account, key, path, digest, status, body, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (of.account, of.key, of.path, of.digest, status, body, now),
    )
