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
    """Write one balance transaction for an object, and give its id. Amounts are Stripe's minor units, signed.

    They stay in the object's own currency, beside the rate at which the balance took them where it is kept in another.
    """
    transaction_id = new_id("txn")
    db.execute(
        "INSERT INTO balance_transactions (id, account, amount, fee, currency, type, reporting_category, description,"
        " source, created, settled_in, exchange_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT settled_in FROM settlements WHERE currency = ?), (SELECT rate FROM settlements WHERE currency = ?))",
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
            row["currency"],
            row["currency"],
        ),
    )
    return transaction_id


def settle_in(db: sqlite3.Connection, currency: str, settled_in: str, rate: float) -> None:
    """Keep money of a currency in another one on the balance from now on; in itself ends that."""
    db.execute("DELETE FROM settlements WHERE currency = ?", (currency,))
    if settled_in != currency:
        db.execute("INSERT INTO settlements VALUES (?, ?, ?)", (currency, settled_in, rate))
