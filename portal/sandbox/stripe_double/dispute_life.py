"""The life of a dispute: opened by the cardholder, won or lost by the shop. Stripe has no call to open one."""

import sqlite3
import time

from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import ledger, shelf
from portal.sandbox.stripe_double.errors import refused
from portal.sandbox.stripe_double.journal import EventJournal
from portal.sandbox.stripe_double.objects import Shape

_DAYS_TO_ANSWER = 7 * 86400
_MOVES = {
    "needs_response": {"under_review", "won", "lost"},
    "under_review": {"won", "lost"},
    "warning_needs_response": {"warning_under_review", "warning_closed"},
    "warning_under_review": {"warning_closed"},
}
_CLOSED = frozenset({"won", "lost", "warning_closed"})


class DisputeLife:
    """Opens and moves disputes; the caller opens the transaction."""

    def __init__(self, events: EventJournal) -> None:
        """Know where to tell of it."""
        self._events = events

    def open(self, db: sqlite3.Connection, charge: sqlite3.Row, *, reason: str, inquiry: bool = False) -> Shape:
        """Open a dispute over all that is not refunded; an inquiry takes no money away yet."""
        if charge["disputed"]:
            raise refused("This charge already has a dispute.")
        amount = charge["amount"] - charge["amount_refunded"]
        if charge["status"] != "succeeded" or amount == 0:
            raise refused("There is nothing to dispute on this charge.")
        dispute_id, now = new_id("dp"), int(time.time())
        status = "warning_needs_response" if inquiry else "needs_response"
        db.execute(
            "INSERT INTO disputes (id, account, charge, payment_intent, amount, currency, status, reason, created,"
            " due_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                dispute_id,
                charge["account"],
                charge["id"],
                charge["payment_intent"],
                amount,
                charge["currency"],
                status,
                reason,
                now,
                now + _DAYS_TO_ANSWER,
            ),
        )
        db.execute("UPDATE charges SET disputed = 1 WHERE id = ?", (charge["id"],))
        row = _row(db, dispute_id)
        if not inquiry:
            self._shift(db, row, -amount, "dispute", fee=ledger.DISPUTE_FEE)
        shape = shelf.draw(db, "dispute", row)
        self._events.tell(db, "charge.dispute.created", shape, account=row["account"])
        return shape

    def move(self, db: sqlite3.Connection, row: sqlite3.Row, status: str) -> Shape:
        """Take a dispute to another status; a win brings the amount back, the fee stays with Stripe."""
        if status not in _MOVES.get(row["status"], ()):
            raise refused(f"This dispute has status {row['status']} and cannot become {status}.")
        if status == "won":
            self._shift(db, row, row["amount"], "dispute_reversal")
        db.execute("UPDATE disputes SET status = ? WHERE id = ?", (status, row["id"]))
        shape = shelf.draw(db, "dispute", _row(db, row["id"]))
        kind = "charge.dispute.closed" if status in _CLOSED else "charge.dispute.updated"
        self._events.tell(db, kind, shape, account=row["account"], previous={"status": row["status"]})
        return shape

    def _shift(self, db: sqlite3.Connection, row: sqlite3.Row, amount: int, category: str, fee: int = 0) -> None:
        ledger.move(db, row, kind="adjustment", category=category, amount=amount, fee=fee, created=int(time.time()))


def _row(db: sqlite3.Connection, dispute_id: str) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM disputes WHERE id = ?", (dispute_id,)).fetchone()
    return row
