"""What others moved on our payments at the provider: refunds made in its dashboard, and disputes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.claims import ClaimState
from portal.domain.refunds import RefundState
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order, Payment
from portal.records.tables.provider import Dispute, ExternalRefund
from portal.records.tables.remedies import Refund

# A claim in one of these may still get something.
_OPEN = (
    ClaimState.WAITING.value,
    ClaimState.OFFERED.value,
    ClaimState.ESCALATED.value,
    ClaimState.AWAITING_CUSTOMER.value,
    ClaimState.ACCEPTED.value,
)


def payment_of(session: Session, names: Sequence[str]) -> Payment | None:
    """Find our payment by any of its names at the provider."""
    return session.scalars(select(Payment).where(Payment.provider_ref.in_(names))).first()


def hold_order(session: Session, payment: Payment) -> Order:
    """Lock the order of a payment: the first lock of every change to what it can give back."""
    asked = select(Order).where(Order.id == payment.order_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def external_refund(session: Session, provider_ref: str) -> ExternalRefund | None:
    """Find an adopted refund."""
    return session.scalars(select(ExternalRefund).where(ExternalRefund.provider_ref == provider_ref)).one_or_none()


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
