"""The fault script: kept beside the books, so that it survives a restart and its dice fall as they would have."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from portal.sandbox.store import Store
from portal.sandbox.stripe_double import faults
from portal.sandbox.stripe_double.errors import missing
from portal.sandbox.stripe_double.faults import Fault, read_fault

_ALL = "SELECT * FROM faults ORDER BY seq"


class FaultScript:
    """The faults that wait, first in first out; a line that is used up is gone."""

    def __init__(self, store: Store) -> None:
        """Know the book."""
        self._store = store

    def add(self, added: list[Fault]) -> list[int]:
        """Let faults wait, and give their numbers."""
        numbers = []
        with self._store.write() as db:
            for fault in added:
                cursor = db.execute("INSERT INTO faults (line) VALUES (?)", (json.dumps(fault.as_json()),))
                numbers.append(int(cursor.lastrowid or 0))
        return numbers

    def remove(self, number: int) -> None:
        """Forget one; raise resource_missing."""
        with self._store.write() as db:
            if db.execute("DELETE FROM faults WHERE seq = ?", (number,)).rowcount == 0:
                raise missing("fault", str(number), "id")

    def clear(self) -> None:
        """Forget all."""
        with self._store.write() as db:
            db.execute("DELETE FROM faults")

    def waiting(self) -> list[dict[str, Any]]:
        """Tell which faults wait: as they were added, with id, seen and hits."""
        rows = self._store.read().execute(_ALL)
        return [{"id": row["seq"], **json.loads(row["line"]), "seen": row["seen"], "hits": row["hits"]} for row in rows]

    def meet_call(self, method: str, path: str) -> Fault | None:
        """Give what a call meets. In a transaction of its own: a call that is refused later was met all the same."""
        if self._store.read().execute("SELECT 1 FROM faults LIMIT 1").fetchone() is None:
            return None
        with self._store.write() as db:
            met = _meet(db, faults.OF_CALLS, lambda fault: fault.fits_call(method, path))
        return met[0] if met else None

    def meet_refund(self, db: sqlite3.Connection) -> Fault | None:
        """Give how a refund that is being made goes on, in its own transaction."""
        met = _meet(db, faults.OF_REFUNDS, lambda _: True)
        return met[0] if met else None

    def meet_event(self, db: sqlite3.Connection, event_type: str) -> tuple[Fault, int] | None:
        """Give what becomes of an event, in its transaction, with the number of the throw."""
        return _meet(db, faults.OF_EVENTS, lambda fault: fault.fits_event(event_type))


def _meet(db: sqlite3.Connection, kind: frozenset[str], fits: Callable[[Fault], bool]) -> tuple[Fault, int] | None:
    for row in db.execute(_ALL).fetchall():
        fault = read_fault(json.loads(row["line"]))
        if fault.action not in kind or not fits(fault):
            continue
        seen, hits = row["seen"], row["hits"]
        struck = fault.strikes(seen, hits)
        if fault.times is not None and hits + struck >= fault.times:
            db.execute("DELETE FROM faults WHERE seq = ?", (row["seq"],))
        else:
            db.execute("UPDATE faults SET seen = ?, hits = ? WHERE seq = ?", (seen + 1, hits + struck, row["seq"]))
        if struck:
            return fault, seen
    return None
