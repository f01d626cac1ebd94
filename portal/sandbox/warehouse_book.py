"""The warehouse's own book: which parcels it was asked for, which it sent, and what it tells the portal."""

import hashlib
import json
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.sandbox.clock import Clock
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store, new_id

CARRIER = "Sandbox Post"
_DAYS_ON_THE_WAY = 4
_NEEDED = ("ref", "order_number", "sku", "title", "quantity", "address")
_NEEDED_OF_ADDRESS = ("city", "country")


class BadOrder(ValueError):
    """An order for the warehouse is not complete; the message names what is missing."""


class OtherOrder(ValueError):
    """The ref was used before for another parcel."""


class WarehouseBook:
    """Takes orders by ref, once each, and moves them on."""

    def __init__(self, store: Store, clock: Clock, settings: SandboxSettings) -> None:
        """Know the time, and how long parcels take here."""
        self._store = store
        self._clock = clock
        self._settings = settings

    def order(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take an order, or give the answer of the first time; raise BadOrder or OtherOrder."""
        _check(asked)
        request = json.dumps(asked, sort_keys=True)
        with self._store.write() as db:
            row = _row(db, asked["ref"])
            if row is None:
                self._take(db, asked, request)
                row = _row(db, asked["ref"])
            if row is None or row["request"] != request:
                raise OtherOrder(asked["ref"])
        return answer_of(row)

    def _take(self, db: sqlite3.Connection, asked: dict[str, Any], request: str) -> None:
        now = self._clock.now()
        missing = db.execute("SELECT 1 FROM out_of_stock WHERE sku = ?", (asked["sku"],)).fetchone()
        accepted = missing is None
        arrives_on = (datetime.fromtimestamp(now, UTC) + timedelta(days=_DAYS_ON_THE_WAY)).date().isoformat()
        db.execute(
            "INSERT INTO warehouse_orders (ref, warehouse_ref, request, accepted, reason, arrives_on, state, created,"
            " next_state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                asked["ref"],
                f"WH-{secrets.token_hex(4).upper()}",
                request,
                accepted,
                None if accepted else "out_of_stock",
                arrives_on if accepted else None,
                "accepted" if accepted else "refused",
                now,
                "shipped" if accepted else None,
                now + self._settings.ship_seconds if accepted else None,
            ),
        )

    def refuse(self, ref: str, reason: str) -> str:
        """Say no to a parcel that was accepted and has not left, and tell the portal; give its state."""
        with self._store.write() as db:
            row = _row(db, ref)
            if row is None:
                raise BadOrder(ref)
            if row["state"] == "accepted":
                self._set(db, ref, "refused", reason=reason)
                return "refused"
            return str(row["state"])

    def move_on(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        """Move a parcel to its next state, and tell the portal; a SKU that ran out meanwhile is refused late."""
        state = row["next_state"]
        sku = json.loads(row["request"])["sku"]
        asked = "SELECT 1 FROM out_of_stock WHERE sku = ?1 UNION ALL SELECT 1 FROM refused_late WHERE sku = ?1"
        gone = db.execute(asked, (sku,)).fetchone()
        if state == "shipped" and gone is not None:
            state = "refused"
        self._set(db, row["ref"], state, reason="out_of_stock" if state == "refused" else None)

    def _set(self, db: sqlite3.Connection, ref: str, state: str, *, reason: str | None) -> None:
        """Write a parcel's new state with what follows it, and tell the portal."""
        sent, now = state != "refused", self._clock.now()
        follows = "delivered" if state == "shipped" else None
        db.execute(
            "UPDATE warehouse_orders SET state = ?, reason = ?, carrier = ?, tracking_number = ?, next_state = ?,"
            " next_at = ? WHERE ref = ?",
            (
                state,
                reason,
                CARRIER if sent else None,
                _tracking_number(ref) if sent else None,
                follows,
                now + self._settings.deliver_seconds if follows else None,
                ref,
            ),
        )
        self._tell(db, ref, now)

    def _tell(self, db: sqlite3.Connection, ref: str, now: float) -> None:
        row = _row(db, ref)
        if row is None:
            return
        message = {
            "id": new_id("whm"),
            "ref": ref,
            "state": row["state"],
            "carrier": row["carrier"],
            "tracking_number": row["tracking_number"],
            "arrives_on": row["arrives_on"],
            "reason": row["reason"],
            "at": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        }
        db.execute(
            "INSERT INTO posts (kind, subject, body, due_at) VALUES ('warehouse', ?, ?, ?)",
            (ref, json.dumps(message), now),
        )


def answer_of(row: sqlite3.Row) -> dict[str, Any]:
    """Give the answer to an order."""
    return {
        "accepted": bool(row["accepted"]),
        "warehouse_ref": row["warehouse_ref"],
        "arrives_on": row["arrives_on"],
        "reason": None if row["accepted"] else row["reason"],
    }


def set_stock(store: Store, gone: list[str], back: list[str]) -> list[str]:
    """Mark SKUs as out of stock, or as back; give all that are out."""
    with store.write() as db:
        db.executemany("INSERT OR IGNORE INTO out_of_stock (sku) VALUES (?)", [(sku,) for sku in gone])
        db.executemany("DELETE FROM out_of_stock WHERE sku = ?", [(sku,) for sku in back])
        return [row["sku"] for row in db.execute("SELECT sku FROM out_of_stock ORDER BY sku")]


def set_refused_late(store: Store, late: list[str], no_more: list[str]) -> list[str]:
    """Mark SKUs as accepted and refused when they should leave, or as sent again; give all that are refused late."""
    with store.write() as db:
        db.executemany("INSERT OR IGNORE INTO refused_late (sku) VALUES (?)", [(sku,) for sku in late])
        db.executemany("DELETE FROM refused_late WHERE sku = ?", [(sku,) for sku in no_more])
        return [row["sku"] for row in db.execute("SELECT sku FROM refused_late ORDER BY sku")]


def _row(db: sqlite3.Connection, ref: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = db.execute("SELECT * FROM warehouse_orders WHERE ref = ?", (ref,)).fetchone()
    return found


def _check(asked: dict[str, Any]) -> None:
    for name in _NEEDED:
        if not asked.get(name):
            raise BadOrder(name)
    if type(asked["quantity"]) is not int or asked["quantity"] < 1:
        raise BadOrder("quantity")
    address = asked["address"]
    for name in _NEEDED_OF_ADDRESS:
        if not isinstance(address, dict) or not address.get(name):
            raise BadOrder(f"address.{name}")


def _tracking_number(ref: str) -> str:
    return "SP" + str(int(hashlib.sha256(ref.encode()).hexdigest(), 16))[:11]
