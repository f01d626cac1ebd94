"""The life of a dispute: opened by the cardholder, won or lost by the shop. Stripe has no call to open one."""

import sqlite3

from portal.sandbox.clock import Clock
from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import ledger, shelf
from portal.sandbox.stripe_double.errors import refused
from portal.sandbox.stripe_double.journal import EventJournal
from portal.sandbox.stripe_double.objects import Shape

_DAYS_TO_ANSWER = 7 * 86400
_MOVES = {
    "needs_response": {"under_review", "won", "lost"},
    "under_review": {"won", "lost"},
    # An inquiry that is not answered well becomes a chargeback.
    "warning_needs_response": {"warning_under_review", "warning_closed", "needs_response"},
    "warning_under_review": {"warning_closed", "needs_response"},
    # A bank may take its decision back.
    "lost": {"won"},
}
_CLOSED = frozenset({"won", "lost", "warning_closed"})


class DisputeLife:
    """Opens and moves disputes; the caller opens the transaction."""

    def __init__(self, events: EventJournal, clock: Clock) -> None:
        """Know where to tell of it, and the time."""
        self._events = events
        self._clock = clock

    def open(self, db: sqlite3.Connection, charge: sqlite3.Row, *, reason: str, inquiry: bool = False) -> Shape:
        """Open a dispute over all that is not refunded; an inquiry takes no money away yet."""
        if charge["disputed"]:
            raise refused("This charge already has a dispute.")
        amount = charge["amount"] - charge["amount_refunded"]
        if charge["status"] != "succeeded" or amount == 0:
            raise refused("There is nothing to dispute on this charge.")
        dispute_id, now = new_id("dp"), self._clock.seconds()
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
        if not inquiry:
            self._shift(db, _row(db, dispute_id), -amount, "dispute", fee=ledger.DISPUTE_FEE)
        shape = self._tell(db, dispute_id, "created")
        if not inquiry:
            self._tell(db, dispute_id, "funds_withdrawn")
        return shape

    def move(self, db: sqlite3.Connection, row: sqlite3.Row, status: str) -> Shape:
        """Take a dispute to another status; a win brings the amount back, the fee stays with Stripe."""
        if status not in _MOVES.get(row["status"], ()):
            raise refused(f"This dispute has status {row['status']} and cannot become {status}.")
        if status == "needs_response":
            self._charge_back(db, row)
        if status == "won":
            self._shift(db, row, row["amount"], "dispute_reversal")
        db.execute("UPDATE disputes SET status = ? WHERE id = ?", (status, row["id"]))
        kind = "closed" if status in _CLOSED else "updated"
        shape = self._tell(db, row["id"], kind, previous={"status": row["status"]})
        funds = {"needs_response": "funds_withdrawn", "won": "funds_reinstated"}.get(status)
        if funds is not None:
            self._tell(db, row["id"], funds)
        return shape

    def _charge_back(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        """Take the money of what was an inquiry, but for what was refunded meanwhile."""
        charge = db.execute("SELECT * FROM charges WHERE id = ?", (row["charge"],)).fetchone()
        amount = min(row["amount"], charge["amount"] - charge["amount_refunded"])
        if amount == 0:
            raise refused("Everything was refunded; there is nothing to charge back.")
        db.execute("UPDATE disputes SET amount = ? WHERE id = ?", (amount, row["id"]))
        self._shift(db, row, -amount, "dispute", fee=ledger.DISPUTE_FEE)

    def _tell(self, db: sqlite3.Connection, dispute_id: str, what: str, previous: Shape | None = None) -> Shape:
        row = _row(db, dispute_id)
        shape = shelf.draw(db, "dispute", row)
        self._events.tell(db, f"charge.dispute.{what}", shape, account=row["account"], previous=previous)
        return shape

    def _shift(self, db: sqlite3.Connection, row: sqlite3.Row, amount: int, category: str, fee: int = 0) -> None:
        ledger.move(
            db, row, kind="adjustment", category=category, amount=amount, fee=fee, created=self._clock.seconds()
        )


def _row(db: sqlite3.Connection, dispute_id: str) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM disputes WHERE id = ?", (dispute_id,)).fetchone()
    return row
