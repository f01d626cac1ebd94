"""What happens by itself after a while: refunds that settle or fail later, parcels that leave and arrive."""

import logging
import sqlite3
import threading
from collections.abc import Callable

from portal.sandbox.clock import Clock
from portal.sandbox.store import Store
from portal.sandbox.stripe_double.refund_life import RefundLife
from portal.sandbox.warehouse_book import WarehouseBook

_log = logging.getLogger(__name__)
_TICK_SECONDS = 0.25


class Clockwork(threading.Thread):
    """Moves what is due, until it is stopped."""

    def __init__(self, store: Store, clock: Clock, refunds: RefundLife, warehouse: WarehouseBook) -> None:
        """Know the time and what moves."""
        super().__init__(name="clockwork", daemon=True)
        self._store = store
        self._clock = clock
        self._stopping = threading.Event()
        self._wheels: tuple[tuple[str, Callable[[sqlite3.Connection, sqlite3.Row], object]], ...] = (
            (
                "SELECT * FROM refunds WHERE next_at <= ? ORDER BY next_at LIMIT 20",
                lambda db, row: refunds.move(db, row, row["next_status"]),
            ),
            ("SELECT * FROM warehouse_orders WHERE next_at <= ? ORDER BY next_at LIMIT 20", warehouse.move_on),
        )

    def stop(self) -> None:
        """Stop after the move at hand."""
        self._stopping.set()

    def run(self) -> None:
        """Look a few times a second for what is due."""
        while not self._stopping.wait(_TICK_SECONDS):
            try:
                self.turn()
            except sqlite3.OperationalError:
                # A full disk or a locked file passes; what is due stays due.
                _log.exception("the clockwork stands still")

    def turn(self) -> None:
        """Move everything that is due, once; a simulation calls this itself and never starts the thread."""
        for statement, move in self._wheels:
            while self._store.read().execute(statement, (self._clock.now(),)).fetchone() is not None:
                with self._store.write() as db:
                    for row in db.execute(statement, (self._clock.now(),)).fetchall():
                        move(db, row)
