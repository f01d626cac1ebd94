"""The sales of the sandbox's small shop, in its own table; a state moves on at most once, whoever presses twice."""

import secrets
import sqlite3
import time
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.money import Money
from portal.sandbox.store import Store

_TABLE = """
CREATE TABLE IF NOT EXISTS sales (
    ref TEXT PRIMARY KEY,
    thing TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price > 0),
    currency TEXT NOT NULL,
    hold_ref TEXT,
    credit INTEGER NOT NULL DEFAULT 0 CHECK (credit BETWEEN 0 AND price),
    state TEXT NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID
"""


class SaleState(StrEnum):
    """The life of a sale. TAKING and GIVING_BACK wait for the portal's answer."""

    OPEN = "open"
    TAKING = "taking"
    PAID = "paid"
    GIVING_BACK = "giving_back"
    DECLINED = "declined"
    CREDIT_GONE = "credit_gone"


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale: what the credit covers, and what is left for the card."""

    ref: str
    thing: str
    price: Money
    credit: Money
    hold_ref: str | None
    state: SaleState

    @property
    def rest(self) -> Money:
        """What the card pays."""
        return self.price - self.credit


class SalesBook:
    """Keeps the sales."""

    def __init__(self, store: Store) -> None:
        """Make the table where it is not there yet."""
        self._store = store
        with store.write() as db:
            db.execute(_TABLE)

    def open(self, ref: str, thing: str, price: Money, hold_ref: str | None, credit: Money) -> None:
        """Keep a new sale."""
        row = (ref, thing, price.minor, price.currency, hold_ref, credit.minor, SaleState.OPEN.value, time.time())
        with self._store.write() as db:
            db.execute(
                "INSERT INTO sales (ref, thing, price, currency, hold_ref, credit, state, created)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def find(self, ref: str) -> Sale | None:
        """Find a sale."""
        row = self._store.read().execute("SELECT * FROM sales WHERE ref = ?", (ref,)).fetchone()
        return None if row is None else _sale(row)

    def newest(self, most: int) -> list[Sale]:
        """List the newest sales."""
        rows = self._store.read().execute("SELECT * FROM sales ORDER BY created DESC LIMIT ?", (most,))
        return [_sale(row) for row in rows]

    def move(self, ref: str, before: SaleState, after: SaleState) -> bool:
        """Move a sale on; False where it has moved already."""
        with self._store.write() as db:
            moved = db.execute(
                "UPDATE sales SET state = ? WHERE ref = ? AND state = ?", (after.value, ref, before.value)
            )
            return moved.rowcount == 1


def new_sale_ref() -> str:
    """Name a sale."""
    return f"sale-{secrets.token_hex(6)}"


def _sale(row: sqlite3.Row) -> Sale:
    return Sale(
        row["ref"],
        row["thing"],
        Money(row["price"], row["currency"]),
        Money(row["credit"], row["currency"]),
        row["hold_ref"],
        SaleState(row["state"]),
    )
