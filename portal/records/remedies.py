"""Remedies and their effects: refunds, replacements."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from portal.domain.refunds import DEAD, RefundState
from portal.records.tables.claims import Claim
from portal.records.tables.credit import CreditLot
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Refund, RefundCall, Remedy, Replacement

_OPEN = ("requested", "sent", "unknown", "pending", "requires_action")
_SUCCEEDED = select(Refund.id).where(
    Refund.provider_ref == bindparam("provider_ref"), Refund.state == RefundState.SUCCEEDED.value
)


def of_claim(session: Session, claim_id: int) -> list[Remedy]:
    """List the remedies of a claim, oldest first."""
    return list(session.scalars(select(Remedy).where(Remedy.claim_id == claim_id).order_by(Remedy.id)))


def by_ref(session: Session, ref: str) -> Remedy | None:
    """Find a remedy."""
    return session.scalars(select(Remedy).where(Remedy.ref == ref)).one_or_none()


def by_id(session: Session, remedy_id: int) -> Remedy:
    """Find a remedy by its key, as it is now."""
    return session.scalars(select(Remedy).where(Remedy.id == remedy_id).execution_options(populate_existing=True)).one()


def refunds_of(session: Session, remedy_ids: list[int]) -> list[tuple[Refund, Payment]]:
    """List the refunds of remedies with the payments they go back to."""
    asked = (
        select(Refund, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.remedy_id.in_(remedy_ids))
        .order_by(Refund.id)
    )
    return [(refund, payment) for refund, payment in session.execute(asked)]


def order_of_refund(session: Session, ref: str) -> int | None:
    """Find the order whose money a refund gives back, to lock it first."""
    asked = (
        select(Claim.order_id)
        .join(Remedy, Remedy.claim_id == Claim.id)
        .join(Refund, Refund.remedy_id == Remedy.id)
        .where(Refund.ref == ref)
    )
    return session.scalars(asked).one_or_none()


def lock_refund(session: Session, ref: str) -> Refund:
    """Lock a refund, after its order, and read it as it is now."""
    asked = select(Refund).where(Refund.ref == ref).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def refund_ref(session: Session, ref: str | None, provider_ref: str) -> str | None:
    """Find a refund by our own ref, as the provider's metadata holds it, or by the provider's name for it."""
    asked = select(Refund.ref).where(or_(Refund.ref == ref, Refund.provider_ref == provider_ref))
    return session.scalars(asked.limit(1)).one_or_none()


def has_succeeded(session: Session, provider_ref: str) -> bool:
    """Tell whether the refund of that name at the provider is one of ours that has succeeded."""
    return session.execute(_SUCCEEDED, {"provider_ref": provider_ref}).first() is not None


def read_refund(session: Session, ref: str) -> Refund:
    """Read a refund."""
    return session.scalars(select(Refund).where(Refund.ref == ref)).one()


def payment_of(session: Session, refund: Refund) -> Payment:
    """Find the payment that a refund goes back to."""
    return session.get_one(Payment, refund.payment_id)


def note_call(session: Session, refund: Refund, outcome: str) -> None:
    """Append one HTTP try of a refund."""
    session.add(RefundCall(refund_id=refund.id, outcome=outcome))


def open_refunds(session: Session, *, before: datetime, limit: int) -> list[str]:
    """List refunds that have waited since before a moment for a clear answer, oldest first."""
    asked = (
        select(Refund.ref)
        .where(Refund.state.in_(_OPEN), Refund.created_at < before)
        .order_by(Refund.created_at)
        .limit(limit)
    )
    return list(session.scalars(asked))


def unsettled_effects(session: Session, remedy: Remedy) -> int:
    """Count the refunds and replacements of a remedy that are not at their good end."""
    refunds = session.scalars(select(Refund.state).where(Refund.remedy_id == remedy.id)).all()
    goods = session.scalars(select(Replacement.state).where(Replacement.remedy_id == remedy.id)).all()
    return sum(state != RefundState.SUCCEEDED for state in refunds) + sum(
        state not in ("shipped", "delivered") for state in goods
    )


def credit_granted(session: Session, remedy: Remedy) -> int:
    """Add up the lots of store credit that a remedy has granted, in minor units."""
    asked = select(func.coalesce(func.sum(CreditLot.amount_minor), 0)).where(CreditLot.source == remedy.ref)
    return int(session.scalar(asked) or 0)


def lock_replacement(session: Session, ref: str) -> Replacement | None:
    """Lock a replacement and read it as it is now."""
    asked = select(Replacement).where(Replacement.ref == ref).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def read_replacement(session: Session, ref: str) -> Replacement:
    """Read a replacement."""
    return session.scalars(select(Replacement).where(Replacement.ref == ref)).one()


def failed_of_line(session: Session, claim_line_id: int) -> list[Remedy]:
    """List the remedies of a claim line that did not work out and whose debt is still open."""
    asked = select(Remedy).where(Remedy.claim_line_id == claim_line_id, Remedy.state == "failed").order_by(Remedy.id)
    return list(session.scalars(asked))


def came_back(session: Session, remedy: Remedy) -> int:
    """Add up what a failed remedy still owes: refunds that did not get through, goods that were not sent."""
    dead = [state.value for state in DEAD]
    asked = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    refunds = session.scalar(asked.where(Refund.remedy_id == remedy.id, Refund.state.in_(dead)))
    goods = session.scalar(
        select(func.count()).where(Replacement.remedy_id == remedy.id, Replacement.state == "refused")
    )
    return int(refunds or 0) + (remedy.amount_minor if goods else 0)


def add_refunds(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write refund rows, frozen from here on."""
    session.execute(insert(Refund), rows)
