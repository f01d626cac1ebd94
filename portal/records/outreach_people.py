"""What is known of somebody whom an outreach may tell, and whether they want such letters at all."""

from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from portal.domain.claims import WITHDRAWABLE
from portal.domain.outreach import Skip
from portal.records import outreach_targets
from portal.records.erasure import IS_NOBODY
from portal.records.tables.orders import Order
from portal.records.tables.outreach import OutreachTarget

_KNOWN = Template("""
    SELECT $nobody,
        EXISTS (SELECT FROM outreach_opt_outs q WHERE q.customer_id = customers.id),
        EXISTS (SELECT FROM order_lines l JOIN claim_lines k ON k.order_line_id = l.id
            WHERE l.shipment_id = :shipment AND k.state <> 'withdrawn')
    FROM customers WHERE customers.id = :customer
""").substitute(nobody=IS_NOBODY)
_STOP = text("""
    INSERT INTO outreach_opt_outs (customer_id, said_by, said_at) VALUES (:customer, :by, :now) ON CONFLICT DO NOTHING
    RETURNING customer_id
""")
_ALLOW = text("DELETE FROM outreach_opt_outs WHERE customer_id = :customer RETURNING customer_id")
_OF_CLAIM = Template("""
    SELECT customers.id AS customer_id, c.locale,
        EXISTS (SELECT FROM outreach_opt_outs q WHERE q.customer_id = customers.id) AS stopped
    FROM claims c JOIN customers ON customers.id = c.customer_id
    WHERE c.ref = :ref AND c.raised_by = 'system:outreach' AND NOT ($nobody)
""").substitute(nobody=IS_NOBODY)
# What nothing was promised on yet.
_NOT_CHOSEN = sorted(state.value for state in WITHDRAWABLE)
_ANSWERED = f"SELECT {outreach_targets.HAS_ANSWERED.substitute(claim=':claim')}"
_OPEN = text("""
    SELECT ref FROM claims WHERE customer_id = :customer AND raised_by = 'system:outreach' AND state = ANY(:open)
    ORDER BY id
""")
_LEAVES_NO_MORE = text("""
    UPDATE letters SET state = 'overtaken' WHERE state = 'queued'
      AND id = (SELECT letter_id FROM outreach_targets WHERE claim_id = :claim) RETURNING id
""")


class Known(NamedTuple):
    """What is known of a customer and their parcel. claimed: something of it was reported and not withdrawn."""

    erased: bool
    opted_out: bool
    claimed: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Whom a letter of ours went to, in which language, and whether they want no more of them."""

    customer_id: int
    locale: str
    stopped: bool


def known_of(session: Session, target: OutreachTarget) -> Known:
    """Tell what is known of the customer of a parcel, in one statement."""
    values = {"customer": target.customer_id, "shipment": target.shipment_id}
    return Known(*session.execute(text(_KNOWN), values).one())


def order_of(session: Session, target: OutreachTarget) -> Order:
    """Read the order of a parcel with its customer, without holding it."""
    asked = select(Order).where(Order.id == target.order_id).options(joinedload(Order.customer))
    return session.scalars(asked).one()


def written_about(session: Session, claim_ref: str) -> Written | None:
    """Find whom the letter about a claim of ours went to; nothing where it is no claim of ours, or they were erased."""
    row = session.execute(text(_OF_CLAIM), {"ref": claim_ref}).one_or_none()
    return Written(*row) if row else None


def stop(session: Session, customer_id: int, *, by: str, now: datetime) -> bool:
    """Note that a customer wants no such letters; False where that was noted before."""
    return bool(session.execute(_STOP, {"customer": customer_id, "by": by, "now": now}).all())


def allow(session: Session, customer_id: int) -> bool:
    """Note that a customer takes such letters again; False where they took them before."""
    return bool(session.execute(_ALLOW, {"customer": customer_id}).all())


def answered(session: Session, claim_id: int) -> bool:
    """Tell whether the customer of a claim of ours did anything about it."""
    return bool(session.scalar(text(_ANSWERED), {"claim": claim_id}))


def open_claims_of(session: Session, customer_id: int) -> list[str]:
    """Name the claims that we made for a customer and that are not at rest, oldest first."""
    return list(session.scalars(_OPEN, {"customer": customer_id, "open": _NOT_CHOSEN}))


def keep_letter_of(session: Session, claim_id: int) -> None:
    """Let the letter that tells an erased customer of a claim of ours not leave any more, where it has not left."""
    kept = session.scalars(_LEAVES_NO_MORE, {"claim": claim_id}).all()
    outreach_targets.not_told(session, kept, Skip.ERASED)
