"""Remedies and their effects: refunds, replacements."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from portal.domain.ports import Address, RefundAnswer, ShipmentOrder
from portal.domain.refunds import DEAD, RefundState
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.orders import Order, OrderLine
from portal.records.tables.remedies import Refund, RefundCall, Remedy, Replacement

# However many wait, each has its turn; nobody is waited for, so that this can hold nobody up.
_TO_LOOK_AT = text("""
    WITH due AS MATERIALIZED (
      SELECT id FROM refunds
      WHERE state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action') AND created_at < :before
        AND (looked_at IS NULL OR looked_at < :seen_before OR created_at >= :young_since)
      ORDER BY looked_at NULLS FIRST, id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE refunds SET looked_at = :now FROM due WHERE refunds.id = due.id RETURNING refunds.id, refunds.ref
""")
_CALLED = insert(cast("Table", RefundCall.__table__)).from_select(
    ["refund_id", "outcome"],
    select(Refund.id, cast("Any", bindparam("outcome", type_=RefundCall.__table__.c.outcome.type))).where(
        Refund.ref == bindparam("ref")
    ),
)
_SUCCEEDED = select(Refund.id).where(
    Refund.provider_ref == bindparam("provider_ref"), Refund.state == RefundState.SUCCEEDED.value
)


_HOLD_ORDER = (
    select(Order.id)
    .join(Claim, Claim.order_id == Order.id)
    .join(Remedy, Remedy.claim_id == Claim.id)
    .with_for_update(of=Order)
)
_HOLD_ORDER_OF_REPLACEMENT = _HOLD_ORDER.join(Replacement, Replacement.remedy_id == Remedy.id).where(
    Replacement.ref == bindparam("ref")
)
_LOCK_REPLACEMENT = (
    select(Replacement, Remedy)
    .join(Remedy, Remedy.id == Replacement.remedy_id)
    .where(Replacement.ref == bindparam("ref"))
    .with_for_update(of=Replacement)
    .execution_options(populate_existing=True)
)
_TO_ORDER = (
    select(Order.order_number, OrderLine.sku, OrderLine.title, Replacement.quantity, Replacement.address)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .join(ClaimLine, ClaimLine.order_line_id == OrderLine.id)
    .join(Replacement, Replacement.claim_line_id == ClaimLine.id)
    .where(Replacement.ref == bindparam("ref"), Replacement.state == "requested")
)
_REFUND_REF = select(Refund.ref).where(Refund.provider_ref == bindparam("provider_ref"))
_REFUND_REF_UNNAMED = select(Refund.ref).where(
    Refund.ref == bindparam("ref"),
    Refund.provider_ref.is_(None),
    Refund.amount_minor == bindparam("minor"),
    Refund.currency == bindparam("currency"),
)


def of_claim(session: Session, claim_id: int) -> list[Remedy]:
    """List the remedies of a claim, oldest first."""
    return list(session.scalars(select(Remedy).where(Remedy.claim_id == claim_id).order_by(Remedy.id)))


def refund_ref(session: Session, answer: RefundAnswer) -> str | None:
    """Find the refund of ours that an answer is about: by its name at the provider, else by our own ref in it.

    Our ref alone makes it ours only where ours has no other name there, and is of that amount: metadata can be copied.
    """
    named = session.scalars(_REFUND_REF, {"provider_ref": answer.provider_ref}).first()
    if named is not None or answer.refund_ref is None:
        return named
    told = {"ref": answer.refund_ref, "minor": answer.amount.minor, "currency": answer.amount.currency}
    return session.scalars(_REFUND_REF_UNNAMED, told).first()


def is_ours(session: Session, provider_ref: str) -> bool:
    """Tell whether a refund of ours has that name at the provider."""
    return session.execute(_REFUND_REF, {"provider_ref": provider_ref}).first() is not None


def has_succeeded(session: Session, provider_ref: str) -> bool:
    """Tell whether the refund of that name at the provider is one of ours that has succeeded."""
    return session.execute(_SUCCEEDED, {"provider_ref": provider_ref}).first() is not None


def read_refund(session: Session, ref: str) -> Refund:
    """Read a refund."""
    return session.scalars(select(Refund).where(Refund.ref == ref)).one()


def claim_id_of(session: Session, remedy_id: int) -> int:
    """Name the claim of a remedy."""
    return session.scalars(select(Remedy.claim_id).where(Remedy.id == remedy_id)).one()


def note_call(session: Session, ref: str, outcome: str) -> None:
    """Append one HTTP try of a refund."""
    session.execute(_CALLED, {"ref": ref, "outcome": outcome})


def open_refunds(
    session: Session, *, before: datetime, young_since: datetime, seen_before: datetime, now: datetime, limit: int
) -> list[str]:
    """Take refunds that have waited since before a moment for a clear answer, those never or least lately seen first.

    Those made since ``young_since`` each time, the others where nobody looked since ``seen_before``. One that is being
    settled just now is left, and what is taken counts as seen now.
    """
    told = {"before": before, "young_since": young_since, "seen_before": seen_before, "now": now, "limit": limit}
    return [row.ref for row in sorted(session.execute(_TO_LOOK_AT, told), key=lambda row: row.id)]


def hold_replacement(session: Session, ref: str) -> tuple[Replacement, Remedy] | None:
    """Lock the order of a replacement and then itself, where there is one; read it and its remedy as they are now."""
    if session.execute(_HOLD_ORDER_OF_REPLACEMENT, {"ref": ref}).first() is None:
        return None
    replacement, remedy = session.execute(_LOCK_REPLACEMENT, {"ref": ref}).one()
    return replacement, remedy


def to_order(session: Session, ref: str) -> ShipmentOrder | None:
    """Read the parcel to ask the warehouse for, where it was not asked with success before."""
    row = session.execute(_TO_ORDER, {"ref": ref}).one_or_none()
    if row is None:
        return None
    return ShipmentOrder(
        ref=ref,
        order_number=row.order_number,
        sku=row.sku,
        title=row.title,
        quantity=row.quantity,
        address=Address(**row.address),
    )


def failed_of_line(session: Session, claim_line_id: int) -> list[Remedy]:
    """List the remedies of a claim line that did not work out and whose debt is still open."""
    asked = select(Remedy).where(Remedy.claim_line_id == claim_line_id, Remedy.state == "failed").order_by(Remedy.id)
    return list(session.scalars(asked))


def refunds_owed(session: Session, remedy: Remedy) -> list[Refund]:
    """List the refunds of a failed remedy that did not get through, and whose place nothing took yet."""
    dead = [state.value for state in DEAD]
    asked = select(Refund).where(Refund.remedy_id == remedy.id, Refund.state.in_(dead), Refund.replaced_at.is_(None))
    return list(session.scalars(asked.order_by(Refund.id)))


def goods_owed(session: Session, remedy: Remedy) -> int:
    """Tell what a failed remedy still owes for goods that were not sent, in minor units."""
    asked = select(func.count()).where(Replacement.remedy_id == remedy.id, Replacement.state == "refused")
    return remedy.amount_minor if session.scalar(asked) else 0


def set_aside_goods(session: Session, claim_line_id: int, now: datetime) -> None:
    """Note of goods that have left for a line that they put nothing right, so that something else can."""
    sent = (Replacement.claim_line_id == claim_line_id, Replacement.state.in_(("shipped", "delivered")))
    session.execute(update(Replacement).where(*sent, Replacement.not_right_at.is_(None)).values(not_right_at=now))


def is_carried_out(session: Session, claim_line_id: int) -> bool:
    """Tell whether a remedy of a line has come to its good end."""
    asked = select(Remedy.id).where(Remedy.claim_line_id == claim_line_id, Remedy.state == "settled").limit(1)
    return session.scalars(asked).first() is not None


def any_of(session: Session, claim_id: int) -> bool:
    """Tell whether anything was ever promised on a claim."""
    return session.scalars(select(Remedy.id).where(Remedy.claim_id == claim_id).limit(1)).first() is not None
