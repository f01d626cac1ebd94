"""What moves on the balance, and the fees that Stripe keeps."""

import sqlite3

from portal.sandbox.store import new_id

DISPUTE_FEE = 1500


def charge_fee(amount: int) -> int:
    """Tell the fee of a charge: 2.9 % and 30 minor units, never more than the charge."""
    return min(amount, (amount * 29 + 500) // 1000 + 30)


def move(
    db: sqlite3.Connection,
    row: sqlite3.Row | dict[str, object],
    *,
    kind: str,
    category: str,
    amount: int,
    fee: int = 0,
    created: int,
) -> str:
    """Write one balance transaction for an object, and give its id. Amounts are Stripe's minor units, signed."""
    transaction_id = new_id("txn")
    db.execute(
        "INSERT INTO balance_transactions (id, account, amount, fee, currency, type, reporting_category, description,"
        " source, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            transaction_id,
            row["account"],
            amount,
            fee,
            row["currency"],
            kind,
            category,
            category.replace("_", " ").capitalize(),
            row["id"],
            created,
        ),
    )
    return transaction_id
