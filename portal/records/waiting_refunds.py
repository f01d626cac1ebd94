"""Refunds that wait for their customers: since when, and until when the provider's mail to them can be answered."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.refunds import RefundState
from portal.records.tables.claims import ClaimEvent
from portal.records.tables.remedies import Refund, Remedy


class Asked(NamedTuple):
    """When a customer was asked; act_by: until when they can answer, as it was kept."""

    at: datetime
    act_by: str | None


def asked_before(session: Session, event: str, moment: datetime, *, limit: int) -> list[str]:
    """List refunds that wait for their customers and whose customers were asked before a moment, oldest first."""
    found = (
        select(Refund.ref)
        .join(Remedy, Remedy.id == Refund.remedy_id)
        .join(ClaimEvent, ClaimEvent.claim_id == Remedy.claim_id)
        .where(
            Refund.state == RefundState.REQUIRES_ACTION.value,
            ClaimEvent.action == event,
            ClaimEvent.detail["refund"].as_string() == Refund.ref,
            ClaimEvent.happened_at <= moment,
        )
        .group_by(Refund.id)
        .order_by(Refund.id)
        .limit(limit)
    )
    return list(session.scalars(found))


def asked(session: Session, event: str, claim_id: int, refund_ref: str) -> Asked | None:
    """Read when the customer of a refund was asked last."""
    found = (
        select(ClaimEvent.happened_at, ClaimEvent.detail["act_by"].as_string())
        .where(
            ClaimEvent.claim_id == claim_id,
            ClaimEvent.action == event,
            ClaimEvent.detail["refund"].as_string() == refund_ref,
        )
        .order_by(ClaimEvent.id.desc())
        .limit(1)
    )
    row = session.execute(found).one_or_none()
    return None if row is None else Asked(*row)
