"""Tell staff of a refund that only a person can put right, and take it off their list where it came right by itself."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.refunds import STOPPED, RefundState
from portal.domain.troubles import TroubleKind
from portal.records import troubles
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.remedies import Refund
from portal.services.open_trouble import open_trouble

_NO_ANSWER = [TroubleKind.KEY_MISUSED, TroubleKind.UNKNOWN_TOO_LONG]


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
    if before is RefundState.UNKNOWN and after is not before:
        actor = str(Actor.system("worker"))
        troubles.close_about(session, _NO_ANSWER, subject=refund.ref, actor=actor, now=now)


def _kind(refund: Refund, before: RefundState, after: RefundState) -> TroubleKind | None:
    if after is RefundState.UNKNOWN and refund.reason == STOPPED:
        return TroubleKind.KEY_MISUSED
    if after is before:
        return None
    if before is RefundState.SUCCEEDED:
        return TroubleKind.LATE_FAILURE
    return {
        RefundState.REFUSED: TroubleKind.REFUND_REFUSED,
        RefundState.BLOCKED_BY_DISPUTE: TroubleKind.PAYMENT_DISPUTED,
    }.get(after)
