"""Tell staff of a refund that only a person can put right, and take it off their list where it came right by itself."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.refunds import NOT_THERE, STOPPED, RefundState
from portal.domain.troubles import UNKNOWN_OUTCOME, TroubleKind
from portal.records import troubles
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.remedies import Refund
from portal.services.open_trouble import open_trouble

# What a refund has left behind with a state that it comes from.
_OVER = {
    RefundState.UNKNOWN: list(UNKNOWN_OUTCOME),
    RefundState.PENDING: [TroubleKind.REFUND_UNSEEN],
    RefundState.REQUIRES_ACTION: [TroubleKind.CUSTOMER_MUST_ACT, TroubleKind.REFUND_UNSEEN],
}


def tell_of_refund(
    session: Session, claim: Claim, refund: Refund, *, before: RefundState, after: RefundState, now: datetime
) -> None:
    """Open what has to be seen and close what is over, in the caller's transaction. Most news needs neither."""
    kind = _kind(refund, before, after)
    if kind is not None:
        open_trouble(
            session,
            kind,
            # A payment is disputed once, however many refunds of it wait.
            subject=refund.request["payment_ref"] if kind is TroubleKind.PAYMENT_DISPUTED else refund.ref,
            now=now,
            claim_id=claim.id,
            order=claim.order.order_number,
            reason=refund.reason,
            amount_minor=refund.amount_minor,
            currency=refund.currency,
        )
    over = _OVER.get(before, []) if after is not before else []
    if over:
        troubles.close_about(session, over, subject=refund.ref, actor=str(Actor.system("worker")), now=now)


def _kind(refund: Refund, before: RefundState, after: RefundState) -> TroubleKind | None:
    if after is RefundState.UNKNOWN and refund.reason == STOPPED:
        return TroubleKind.KEY_MISUSED
    if after is before or refund.reason == NOT_THERE:
        return None
    if before is RefundState.SUCCEEDED:
        return TroubleKind.LATE_FAILURE
    return {
        RefundState.REFUSED: TroubleKind.REFUND_REFUSED,
        RefundState.BLOCKED_BY_DISPUTE: TroubleKind.PAYMENT_DISPUTED,
    }.get(after)
