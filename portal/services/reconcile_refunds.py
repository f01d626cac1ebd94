"""Reconcile refunds that wait for a clear answer: read the provider's list, mend our rows, webhooks or not."""

from datetime import timedelta

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ports import LaneShut, RefundProvider, UnknownOutcome
from portal.domain.refunds import STOPPED, RefundState
from portal.records import outbox, remedies
from portal.records.tables.remedies import Refund
from portal.services.enter_lane import seat
from portal.services.reconcile_adopted import read_again
from portal.services.send_refund import look_for, request_of
from portal.services.settle_again import settle_again
from portal.services.tell_of_doubt import PAYMENT_UNKNOWN, tell_of_doubt
from portal.services.toolkit import Toolkit, tried_again

SWEEP = Actor.system("reconciler")
_SETTLED_ENOUGH = timedelta(minutes=2)
_YOUNG = timedelta(hours=1)
# A little less than ten minutes, because the sweep of the tenth minute may come early.
_OLD_EVERY = timedelta(minutes=9)
_SENDABLE = (RefundState.REQUESTED, RefundState.SENT, RefundState.UNKNOWN)


@tried_again
def open_refunds(toolkit: Toolkit, *, limit: int = 400) -> list[str]:
    """Take refunds that have waited for two minutes or more; what waits for more than an hour every ten minutes.

    limit: a third of what the lane lets through in a minute, so that four thousand are seen within ten.
    """
    now = toolkit.now()
    with toolkit.transaction() as session:
        return remedies.open_refunds(
            session,
            before=now - _SETTLED_ENOUGH,
            young_since=now - _YOUNG,
            seen_before=now - _OLD_EVERY,
            now=now,
            limit=limit,
        )


def reconcile_refund(toolkit: Toolkit, provider: RefundProvider, *, refund_ref: str) -> str:
    """Find a refund at the provider and settle it; send it again only where its key is surely still known.

    One whose name there is known is read by that, because a person may have found it without our ref in it.
    Says what came of it. Where the provider cannot be reached nothing changes.
    """
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
    request, claim_ref = request_of(refund.request), refund.request["metadata"]["claim"]
    if refund.provider_ref is not None:
        return read_again(toolkit, provider, refund.provider_ref, request.account)
    try:
        with seat():
            found = look_for(toolkit, provider, request)
        if found is not None:
            return settle_again(toolkit, provider, found, SWEEP)
    except LaneShut as lane:
        # Where our key was not accepted this is the try that finds out whether it is now.
        return type(lane).__name__
    except UnknownOutcome as error:
        # The next sweep asks again; for how long it has is told all the same.
        tell_of_doubt(toolkit, refund_ref)
        return type(error).__name__
    except NotFound:
        if tell_of_doubt(toolkit, refund_ref, reason=PAYMENT_UNKNOWN):
            return "the provider has no such payment"
    return _not_listed(toolkit, refund, claim_ref)


def _not_listed(toolkit: Toolkit, refund: Refund, claim_ref: str) -> str:
    if refund.state not in _SENDABLE:
        return "not in the list"
    if tell_of_doubt(toolkit, refund.ref):
        return "too old to send again"
    if refund.reason == STOPPED:
        return "stopped"
    with toolkit.transaction() as session:
        outbox.follow(session, claim_ref)
    return "sent again"
