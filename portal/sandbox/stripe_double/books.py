"""The sandbox's own books: what was captured, what went back, and whether the balance agrees, per currency."""

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Book:
    """One currency's book, in Stripe's minor units; fees stand apart so that the first line adds up without them."""

    currency: str
    captured: int
    refunded: int
    failed_back: int
    disputed: int
    reinstated: int
    fees: int
    balance: int

    @property
    def expected(self) -> int:
        """Tell what the balance has to be: captured − refunded + failed back − lost disputes − fees."""
        return self.captured - self.refunded + self.failed_back - self.disputed + self.reinstated - self.fees

    @property
    def equal(self) -> bool:
        """Tell whether the objects and the balance transactions say the same."""
        return self.expected == self.balance


_OBJECTS = """
    SELECT currency, sum(captured), sum(refunded), sum(failed_back), sum(disputed), sum(reinstated) FROM (
        SELECT currency, amount AS captured, 0 AS refunded, 0 AS failed_back, 0 AS disputed, 0 AS reinstated
        FROM charges WHERE status = 'succeeded'
        UNION ALL
        SELECT currency, 0, amount, CASE WHEN failure_balance_transaction IS NULL THEN 0 ELSE amount END, 0, 0
        FROM refunds WHERE balance_transaction IS NOT NULL
        UNION ALL
        SELECT currency, 0, 0, 0, amount, CASE WHEN status = 'won' THEN amount ELSE 0 END
        FROM disputes WHERE status NOT LIKE 'warning%'
    ) GROUP BY currency ORDER BY currency
"""
_BALANCES = "SELECT currency, sum(fee), sum(amount - fee) FROM balance_transactions GROUP BY currency"
_TOO_MUCH = """
    SELECT charges.id FROM charges
    LEFT JOIN refunds ON refunds.charge = charges.id AND refunds.status NOT IN ('failed', 'canceled')
    GROUP BY charges.id, charges.amount, charges.amount_refunded
    HAVING coalesce(sum(refunds.amount), 0) != charges.amount_refunded OR charges.amount_refunded > charges.amount
"""


def books(db: sqlite3.Connection) -> list[Book]:
    """Add everything up, one book for each currency."""
    moved = {row[0]: (row[1], row[2]) for row in db.execute(_BALANCES)}
    found = []
    for currency, captured, refunded, failed_back, disputed, reinstated in db.execute(_OBJECTS):
        fees, balance = moved.get(currency, (0, 0))
        found.append(Book(currency, captured, refunded, failed_back, disputed, reinstated, fees, balance))
    return found


def unbalanced_charges(db: sqlite3.Connection) -> list[str]:
    """Name every charge whose live refunds are not what it says, or are more than it."""
    return [row[0] for row in db.execute(_TOO_MUCH)]


def as_json(db: sqlite3.Connection) -> dict[str, Any]:
    """Give the books for machines."""
    found = books(db)
    wrong = unbalanced_charges(db)
    return {
        "books": [asdict(book) | {"expected": book.expected, "equal": book.equal} for book in found],
        "unbalanced_charges": wrong,
        "equal": not wrong and all(book.equal for book in found),
    }
