"""What others moved on our payments at the provider: refunds made in its dashboard, and disputes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.domain.claims import ClaimState
from portal.domain.refunds import DEAD, RefundState
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order, Payment
from portal.records.tables.provider import Dispute, ExternalRefund
from portal.records.tables.remedies import Refund, Remedy

# A claim in one of these may still get something.
_OPEN = (
    ClaimState.WAITING.value,
    ClaimState.OFFERED.value,
    ClaimState.ESCALATED.value,
    ClaimState.AWAITING_CUSTOMER.value,
    ClaimState.ACCEPTED.value,
)

_ADOPTED_TO_LOOK_AT = text("""
    WITH due AS MATERIALIZED (
      SELECT id FROM external_refunds
      WHERE state IN ('pending', 'requires_action') AND (looked_at IS NULL OR looked_at < :seen_before)
      ORDER BY looked_at NULLS FIRST, id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE external_refunds SET looked_at = :now FROM due
    WHERE external_refunds.id = due.id RETURNING external_refunds.id, external_refunds.provider_ref
""")


def payment_of(session: Session, names: Sequence[str]) -> Payment | None:
    """Find our payment by any of its names at the provider."""
    return session.scalars(select(Payment).where(Payment.provider_ref.in_(names))).first()


def gone_back(session: Session, payment_id: int) -> int:
    """Add up what has gone back of a payment as far as is known here, ours that are under way too, in minor units."""
    not_here = [*(state.value for state in DEAD), RefundState.REQUESTED.value]
    ours = select(Refund.amount_minor).where(Refund.payment_id == payment_id, Refund.state.not_in(not_here))
    others = select(ExternalRefund.amount_minor).where(
        ExternalRefund.payment_id == payment_id, ExternalRefund.state.not_in(not_here)
    )
    return sum(session.scalars(ours.union_all(others)))


def hold_order(session: Session, payment: Payment) -> Order:
    """Lock the order of a payment: the first lock of every change to what it can give back."""
    asked = select(Order).where(Order.id == payment.order_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def external_refund(session: Session, provider_ref: str) -> ExternalRefund | None:
    """Find an adopted refund."""
    return session.scalars(select(ExternalRefund).where(ExternalRefund.provider_ref == provider_ref)).one_or_none()


def open_adopted(session: Session, *, seen_before: datetime, now: datetime, limit: int) -> list[str]:
    """Take adopted refunds that have not come to rest, those least lately seen first; they count as seen now."""
    told = {"seen_before": seen_before, "now": now, "limit": limit}
    return [row.provider_ref for row in sorted(session.execute(_ADOPTED_TO_LOOK_AT, told), key=lambda row: row.id)]


def payment_of_adopted(session: Session, provider_ref: str) -> Payment | None:
    """Find the payment of an adopted refund; none where a person said since that it is one of ours."""
    asked = select(Payment).join(ExternalRefund, ExternalRefund.payment_id == Payment.id)
    return session.scalars(asked.where(ExternalRefund.provider_ref == provider_ref)).one_or_none()


class Waiting(NamedTuple):
    """A refund, ours or as adopted, and the claim to look at: its own, or the newest of its order."""

    ref: str
    amount_minor: int
    currency: str
    claim_id: int | None


def waiting(session: Session, provider_ref: str) -> Waiting | None:
    """Find a refund by its name at the provider, whoever made it."""
    asked = select(Refund.ref, Refund.amount_minor, Refund.currency, Remedy.claim_id).join(Remedy)
    ours = session.execute(asked.where(Refund.provider_ref == provider_ref)).first()
    if ours is not None:
        return Waiting(*ours)
    others, payment = external_refund(session, provider_ref), payment_of_adopted(session, provider_ref)
    if others is None or payment is None:
        return None
    return Waiting(others.ref, others.amount_minor, others.currency, newest_claim_id(session, payment.order_id))


def dispute(session: Session, provider_ref: str) -> Dispute | None:
    """Find a dispute."""
    return session.scalars(select(Dispute).where(Dispute.provider_ref == provider_ref)).one_or_none()


def open_claim(session: Session, order_id: int) -> Claim | None:
    """Find a claim of an order that may still get something, the newest first."""
    asked = select(Claim).where(Claim.order_id == order_id, Claim.state.in_(_OPEN)).order_by(Claim.id.desc()).limit(1)
    return session.scalars(asked).first()


def newest_claim_id(session: Session, order_id: int) -> int | None:
    """Name the newest claim of an order."""
    return session.scalars(
        select(Claim.id).where(Claim.order_id == order_id).order_by(Claim.id.desc()).limit(1)
    ).first()


def blocked_refs(session: Session, payment_id: int) -> list[str]:
    """List refunds to a payment that a dispute blocked, and whose place no other way took."""
    asked = select(Refund.ref).where(
        Refund.payment_id == payment_id,
        Refund.state == RefundState.BLOCKED_BY_DISPUTE.value,
        Refund.replaced_at.is_(None),
    )
    return list(session.scalars(asked.order_by(Refund.id)))
