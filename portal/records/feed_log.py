"""The record of each feed import, and the card payments that an import left without a reference."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from psycopg import Connection
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.domain.ports_feed import FeedPayment
from portal.records.tables.orders import FeedImport, Order, Payment


def driver_connection(session: Session) -> Connection:
    """Give the driver's own connection of the session's transaction, for COPY and set-based SQL."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError("the order feed is copied through psycopg")
    return connection


def record(session: Session, *, now: datetime, actor: str, digest: str, counts: dict[str, Any]) -> None:
    """Write down one import. digest: SHA-256 over both files."""
    session.add(FeedImport(imported_at=now, actor=actor, digest=digest, counts=counts))


def mismatched_orders(connection: Connection) -> int:
    """Count the staged orders whose lines add up to something else than their payments."""
    row = connection.execute("SELECT count(*) FROM feed_orders WHERE lines_total <> payments_total").fetchone()
    return int(row[0]) if row else 0


def unbooked_cards(session: Session, *, limit: int) -> list[FeedPayment]:
    """List card payments without a provider reference, oldest row first. A payment of nothing cannot be booked."""
    asked = (
        select(Payment, Order.order_number)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.method == "card", Payment.provider_ref.is_(None), Payment.captured_at.is_not(None))
        .where(Payment.amount_minor > 0)
        .order_by(Payment.id)
        .limit(limit)
    )
    return [
        FeedPayment(
            payment.ref,
            order_number,
            Money(payment.amount_minor, payment.currency),
            cast("datetime", payment.captured_at),
            payment.card_brand,
            payment.card_last4,
        )
        for payment, order_number in session.execute(asked)
    ]


def keep_references(session: Session, references: Mapping[str, str]) -> int:
    """Write provider references by payment ref, where there is none yet; tell how many were written."""
    statement = (
        update(Payment)
        .where(Payment.ref == bindparam("payment_ref"), Payment.provider_ref.is_(None))
        .values(provider_ref=bindparam("reference"))
        .execution_options(synchronize_session=None)
    )
    rows = [{"payment_ref": ref, "reference": reference} for ref, reference in sorted(references.items())]
    if rows:
        session.connection().execute(statement, rows)
    return len(rows)
