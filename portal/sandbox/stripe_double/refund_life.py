"""The life of a refund: made under the writing lock, settled, failed (also after success), cancelled."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from portal.sandbox.clock import Clock
from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import ledger, shelf
from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.errors import refused
from portal.sandbox.stripe_double.journal import OWN_MOVE, Cause, EventJournal
from portal.sandbox.stripe_double.objects import Shape
from portal.sandbox.stripe_double.script import FaultScript

_BLOCKING_DISPUTES = ("needs_response", "under_review", "lost")
_MOVES = {
    "pending": {"succeeded", "failed", "canceled", "requires_action"},
    "requires_action": {"succeeded", "failed", "canceled", "pending"},
    "succeeded": {"failed"},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund as asked for; no amount means all that remains."""

    amount: int | None
    reason: str | None
    metadata: Mapping[str, str]


class RefundLife:
    """Makes and moves refunds; the caller opens the transaction."""

    def __init__(self, events: EventJournal, clock: Clock, script: FaultScript, refund_seconds: float) -> None:
        """Know where to tell of it, the time, and after how many seconds asynchronous refunds move on."""
        self._events = events
        self._clock = clock
        self._script = script
        self._seconds = refund_seconds

    def make(self, db: sqlite3.Connection, charge: sqlite3.Row, wish: Wish, cause: Cause) -> Shape:
        """Refund a charge; raise charge_disputed, charge_already_refunded, or an amount that is too large."""
        amount = _allowed(db, charge, wish.amount)
        now = self._clock.now()
        behaviour, after_seconds = self._way_of(db, charge)
        status, later = BEHAVIOURS[behaviour]
        pending_reason = None
        if status == "pending":
            pending_reason = "insufficient_funds" if behaviour.startswith("insufficient_funds") else "processing"
        refund_id = new_id("re")
        db.execute(
            "INSERT INTO refunds (id, account, charge, payment_intent, amount, currency, status, created, reason,"
            " pending_reason, metadata, next_status, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                refund_id,
                charge["account"],
                charge["id"],
                charge["payment_intent"],
                amount,
                charge["currency"],
                status,
                int(now),
                wish.reason,
                pending_reason,
                json.dumps(dict(wish.metadata)),
                later,
                now + after_seconds if later else None,
            ),
        )
        row = _row(db, refund_id)
        if status == "succeeded" or pending_reason == "processing":
            self._pay_out(db, row)
        if status == "succeeded":
            self._name_reference(db, row)
        self._capacity(db, row, amount)
        shape = shelf.draw(db, "refund", _row(db, refund_id))
        self._tell_charge(db, row, cause)
        self._events.tell(db, "refund.created", shape, account=row["account"], cause=cause)
        return shape

    def move(
        self,
        db: sqlite3.Connection,
        row: sqlite3.Row,
        status: str,
        *,
        failure_reason: str | None = None,
        cause: Cause = OWN_MOVE,
    ) -> Shape:
        """Take a refund to another status, with its money, its charge and its events; an illegal move is refused."""
        if status not in _MOVES.get(row["status"], ()):
            raise refused(f"This refund has status {row['status']} and cannot become {status}.")
        if status == "succeeded":
            self._settle(db, row)
        if status in ("failed", "canceled"):
            self._give_back(db, row)
        known = "insufficient_funds" if row["pending_reason"] == "insufficient_funds" else "unknown"
        db.execute(
            "UPDATE refunds SET status = ?, failure_reason = ?, pending_reason = NULL, next_status = NULL,"
            " next_at = NULL WHERE id = ?",
            (status, (failure_reason or known) if status == "failed" else None, row["id"]),
        )
        shape = shelf.draw(db, "refund", _row(db, row["id"]))
        account, previous = row["account"], {"status": row["status"]}
        self._events.tell(db, "refund.updated", shape, account=account, cause=cause, previous=previous)
        if status == "failed":
            self._events.tell(db, "refund.failed", shape, account=account, cause=cause)
        return shape

    def _way_of(self, db: sqlite3.Connection, charge: sqlite3.Row) -> tuple[str, float]:
        """Tell how a refund goes on, and when: as the script says, else as its card does."""
        scripted = self._script.meet_refund(db)
        if scripted is None:
            return charge["behaviour"], self._seconds
        return scripted.behaviour, self._seconds if scripted.after_seconds is None else scripted.after_seconds

    def _settle(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        if row["balance_transaction"] is None:
            self._pay_out(db, row)
        self._name_reference(db, row)

    def _give_back(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        self._capacity(db, row, -row["amount"])
        if row["balance_transaction"] is None:
            return
        moved = ledger.move(
            db,
            row,
            kind="refund_failure",
            category="refund_failure",
            amount=row["amount"],
            created=self._clock.seconds(),
        )
        db.execute("UPDATE refunds SET failure_balance_transaction = ? WHERE id = ?", (moved, row["id"]))

    def _pay_out(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        moved = ledger.move(
            db, row, kind="refund", category="refund", amount=-row["amount"], created=self._clock.seconds()
        )
        db.execute("UPDATE refunds SET balance_transaction = ? WHERE id = ?", (moved, row["id"]))

    def _name_reference(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        reference = str(secrets.randbelow(10**23)).zfill(23)
        db.execute("UPDATE refunds SET reference = ? WHERE id = ?", (reference, row["id"]))

    def _capacity(self, db: sqlite3.Connection, row: sqlite3.Row, amount: int) -> None:
        db.execute("UPDATE charges SET amount_refunded = amount_refunded + ? WHERE id = ?", (amount, row["charge"]))

    def _tell_charge(self, db: sqlite3.Connection, row: sqlite3.Row, cause: Cause) -> None:
        charge = db.execute("SELECT * FROM charges WHERE id = ?", (row["charge"],)).fetchone()
        previous = {"amount_refunded": charge["amount_refunded"] - row["amount"]}
        shape = shelf.draw(db, "charge", charge)
        self._events.tell(db, "charge.refunded", shape, account=row["account"], cause=cause, previous=previous)


def _allowed(db: sqlite3.Connection, charge: sqlite3.Row, asked: int | None) -> int:
    dispute = db.execute(
        "SELECT 1 FROM disputes WHERE charge = ? AND status IN (?, ?, ?)", (charge["id"], *_BLOCKING_DISPUTES)
    ).fetchone()
    if dispute is not None:
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    remaining: int = charge["amount"] - charge["amount_refunded"]
    if remaining == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if asked is not None and asked > remaining:
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({remaining})"
        raise refused(message, param="amount")
    return remaining if asked is None else asked


def _row(db: sqlite3.Connection, refund_id: str) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM refunds WHERE id = ?", (refund_id,)).fetchone()
    return row
