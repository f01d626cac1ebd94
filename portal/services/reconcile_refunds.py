"""Reconcile refunds that wait for a clear answer: read the provider's list, mend our rows, webhooks or not."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.ports import ProviderBusy, ProviderLocked, RefundProvider, UnknownOutcome
from portal.domain.refunds import RefundState
from portal.records import outbox, remedies
from portal.services.apply_stripe_event import settle_again
from portal.services.send_refund import ours_among, request_of
from portal.services.toolkit import Toolkit

SWEEP = Actor.system("reconciler")
_SETTLED_ENOUGH = timedelta(minutes=2)
# Stripe may drop a key once it is 24 hours old, and a dropped key starts a new operation.
_KEY_IS_SAFE_FOR = timedelta(hours=20)
_SENDABLE = (RefundState.REQUESTED, RefundState.SENT, RefundState.UNKNOWN)


def open_refunds(toolkit: Toolkit, *, limit: int = 200) -> list[str]:
    """List refunds that have waited for two minutes or more."""
    with toolkit.reading() as session:
        return remedies.open_refunds(session, before=toolkit.now() - _SETTLED_ENOUGH, limit=limit)


def reconcile_refund(toolkit: Toolkit, provider: RefundProvider, *, refund_ref: str) -> str:
    """Find a refund at the provider and settle it; send it again only where its key is surely still known.

    Says what came of it. Where the provider cannot be reached nothing changes.
    """
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
        request, claim_ref = request_of(refund.request), refund.request["metadata"]["claim"]
        state, first_sent_at = RefundState(refund.state), refund.first_sent_at
    try:
        found = ours_among(provider.of_payment(request.payment_ref, request.account), refund_ref)
    except (UnknownOutcome, ProviderBusy, ProviderLocked) as error:
        return type(error).__name__
    if found is not None:
        return settle_again(toolkit, found, SWEEP)
    if state not in _SENDABLE:
        return "not in the list"
    if first_sent_at is not None and toolkit.now() - first_sent_at > _KEY_IS_SAFE_FOR:
        return "too old to send again"
    with toolkit.transaction() as session:
        outbox.follow(session, claim_ref)
    return "sent again"
