"""Take a person out of the rows: who they were and what they wrote goes, what was paid and decided stays."""

from datetime import datetime
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.records import browser_sessions
from portal.records.feed_staging import ONE_IMPORT

# What stands in the statements for a part that many of them share.
_PARTS = {
    ":claims": "(SELECT id FROM claims WHERE customer_id = :id)",
    ":lines": "(SELECT k.id FROM claim_lines k JOIN claims c ON c.id = k.claim_id WHERE c.customer_id = :id)",
    ":withdrawals": """(SELECT w.id FROM withdrawals w LEFT JOIN orders o ON o.id = w.order_id
        WHERE o.customer_id = :id OR w.mailbox = (SELECT mailbox FROM customers WHERE id = :id))""",
    ":nobody": "'erased-' || :id || '@erased.invalid'",
    ":somebody": "(SELECT mailbox FROM customers WHERE id = :id)",
}
# How a customer is told who was erased, wherever their row is read. No feed can make one: it says which row it is in.
IS_NOBODY: LiteralString = "customers.mailbox = 'erased-' || customers.id || '@erased.invalid'"
# Country, region and market stay, and so do days and amounts: they name nobody, and the figures need them. The facts
# of a decision stay too, and those of one that a later took the place of, so that each can be made again; of a person
# they hold no more than where the carrier left it.
_STATEMENTS = (
    "DELETE FROM sign_in_codes WHERE mailbox = :somebody",
    """UPDATE letters SET recipient = :nobody, title = '', body = '', context = '{}'
        WHERE subject_ref IN (SELECT ref FROM withdrawals WHERE id IN :withdrawals)""",
    """UPDATE withdrawals SET name = '', mailbox = :nobody, goods = '', answer = NULL,
        order_number = coalesce((SELECT o.order_number FROM orders o WHERE o.id = order_id), '')
        WHERE id IN :withdrawals""",
    "UPDATE letters SET recipient = :nobody WHERE recipient = :somebody",
    "UPDATE letters SET title = '', body = '', context = '{}' WHERE recipient = :nobody OR claim_id IN :claims",
    """UPDATE orders SET customer_name = '', ship_to_name = '', ship_to_line1 = '', ship_to_city = '',
        ship_to_postcode = '' WHERE customer_id = :id""",
    """UPDATE shipments SET signed_by = NULL, left_at = NULL, tracking_number = NULL
        WHERE order_id IN (SELECT id FROM orders WHERE customer_id = :id)""",
    """UPDATE payments SET card_fingerprint = NULL
        WHERE order_id IN (SELECT id FROM orders WHERE customer_id = :id) AND card_fingerprint IS NOT NULL""",
    "UPDATE claims SET words = '' WHERE id IN :claims",
    # Their words may be among those of the themes of their language. A search at this moment holds what it looked
    # through, so either it is over and its themes are here, or it finds that somebody is gone and looks once more.
    "SELECT id FROM voices WHERE claim_id IN :claims ORDER BY id FOR UPDATE",
    """UPDATE themes SET words = '[]', examples = '[]' WHERE search_id IN (SELECT s.id FROM theme_searches s
        JOIN voices v ON v.tongue = s.tongue AND v.said_at >= s.since AND v.said_at < s.until
        WHERE v.claim_id IN :claims)""",
    "DELETE FROM voices WHERE claim_id IN :claims",
    # Each row, with a note or not: whoever writes one at this moment is waited for.
    """UPDATE precautions SET note = '', told_at = coalesce(told_at, :now),
        told = CASE told WHEN 'waiting' THEN 'overtaken' ELSE told END WHERE shipment_id IN
        (SELECT s.id FROM shipments s JOIN orders o ON o.id = s.order_id WHERE o.customer_id = :id)""",
    "UPDATE follow_ups SET state = 'overtaken', next_at = NULL WHERE claim_id IN :claims AND next_at IS NOT NULL",
    """UPDATE list_entries SET shown = '', reason = '', end_reason = left(end_reason, 0)
        WHERE claim_id IN :claims OR key = :mailbox_key
          OR (subject = 'mailbox' AND key IN (SELECT key FROM claim_subjects WHERE claim_id IN :claims))""",
    "DELETE FROM claim_subjects WHERE claim_id IN :claims",
    "UPDATE claim_lines SET decline_words = NULL WHERE claim_id IN :claims",
    "UPDATE claim_messages SET body = '' WHERE claim_id IN :claims",
    "UPDATE decisions SET reason = '', words = '' WHERE claim_line_id IN :lines",
    """UPDATE replacements SET address = '{}', tracking_number = NULL
        WHERE remedy_id IN (SELECT id FROM remedies WHERE claim_line_id IN :lines)""",
    "UPDATE customers SET mailbox = :nobody, name = '' WHERE id = :id",
)


def mailbox_of_nobody(customer_id: int) -> str:
    """Name what stands in place of an erased customer's mailbox."""
    return f"erased-{customer_id}@erased.invalid"


def _written_out(statement: str) -> str:
    for name, part in _PARTS.items():
        statement = statement.replace(name, part)
    return statement


# Orders before claims before the customer, as everybody locks them who writes to several.
_HOLD = (
    """SELECT id FROM orders WHERE customer_id = (SELECT id FROM customers WHERE mailbox = :mailbox)
        ORDER BY id FOR UPDATE""",
    """SELECT id FROM claims WHERE customer_id = (SELECT id FROM customers WHERE mailbox = :mailbox)
        ORDER BY id FOR UPDATE""",
)


def no_feed_comes_in(session: Session) -> bool:
    """Keep every feed out until the transaction ends; False where one is coming in, which might bring a name back."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock_shared(:key)"), {"key": ONE_IMPORT}))


def hold_customer(session: Session, mailbox: str) -> int | None:
    """Find a customer by mailbox, and hold them, their orders and their claims until the transaction ends."""
    for statement in _HOLD:
        session.execute(text(statement), {"mailbox": mailbox})
    asked = text("SELECT id FROM customers WHERE mailbox = :mailbox FOR UPDATE")
    return session.execute(asked, {"mailbox": mailbox}).scalar_one_or_none()


def claims_under_way(session: Session, customer_id: int, at_rest: list[str]) -> list[str]:
    """Name the claims and withdrawals of a customer that are not at rest, or whose letters have not left."""
    asked = text(
        _written_out("""
        SELECT ref FROM claims c WHERE customer_id = :id AND (state <> ALL(:at_rest)
            OR EXISTS (SELECT FROM letters l WHERE l.claim_id = c.id AND l.state = 'queued'))
        UNION ALL SELECT ref FROM withdrawals v WHERE id IN :withdrawals AND (due_at IS NOT NULL
            OR EXISTS (SELECT FROM letters l WHERE l.subject_ref = v.ref AND l.state = 'queued')) ORDER BY ref
    """)
    )
    return list(session.scalars(asked, {"id": customer_id, "at_rest": at_rest}))


def photos_of(session: Session, customer_id: int) -> list[str]:
    """Name the photos that a customer added."""
    asked = text(_written_out("SELECT ref FROM evidence WHERE claim_id IN :claims ORDER BY id"))
    return list(session.scalars(asked, {"id": customer_id}))


def forget_photos(session: Session, names: list[str]) -> None:
    """Delete the rows of photos that are out of the store."""
    session.execute(text("DELETE FROM evidence WHERE ref = ANY(:names)"), {"names": names})


def erase(session: Session, customer_id: int, mailbox_key: bytes, now: datetime) -> None:
    """Put nobody in the place of a customer, in every row that names them or holds their words.

    mailbox_key: the hash by which lists know their mailbox. An entry stands until it ends, and says no more of whom.
    The rows of their photos stay until these are out of the store: they say which.
    """
    browser_sessions.end_all_of(session, f"customer:{customer_id}")
    for statement in _STATEMENTS:
        values = {"id": customer_id, "mailbox_key": mailbox_key, "now": now}
        session.execute(text(_written_out(statement)), values)
