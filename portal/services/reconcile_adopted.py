"""Look again at refunds that others made and that have not come to rest: no news of them may be the last that is told.

Until one is done its money counts as gone, so one whose end was never heard of would hold its payment for ever.
"""

from datetime import timedelta
from functools import partial

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ports import LaneShut, RefundProvider, UnknownOutcome, Unreadable
from portal.records import provider_money
from portal.services.enter_lane import in_turn, seat
from portal.services.settle_again import settle_again
from portal.services.tell_of_unseen import seen_again, tell_of_unseen
from portal.services.toolkit import Toolkit, tried_again

SWEEP = Actor.system("reconciler")
# A little less than ten minutes, because the sweep of the tenth minute may come early.
_EVERY = timedelta(minutes=9)


@tried_again
def open_adopted(toolkit: Toolkit, *, limit: int = 50) -> list[str]:
    """Take the adopted refunds that nobody looked at for ten minutes, by their names at the provider."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        return provider_money.open_adopted(session, seen_before=now - _EVERY, now=now, limit=limit)


def reconcile_adopted(toolkit: Toolkit, provider: RefundProvider, *, provider_ref: str) -> str:
    """Read an adopted refund again and record what it is now; say what came of it."""
    with toolkit.reading() as session:
        payment = provider_money.payment_of_adopted(session, provider_ref)
    if payment is None:
        return "it is a refund of ours by now"
    return read_again(toolkit, provider, provider_ref, payment.provider_account)


def read_again(toolkit: Toolkit, provider: RefundProvider, provider_ref: str, account: str | None) -> str:
    """Read a refund by its name at the provider and record what it is now, whoever made it; say what came of it.

    Where the provider cannot be reached nothing changes, and the next sweep asks again. Of one that it has no more, or
    shows in words that we do not know, a person hears too.
    """
    try:
        with seat():
            answer = in_turn(toolkit, partial(provider.read, provider_ref, account))
    except (NotFound, Unreadable) as error:
        tell_of_unseen(toolkit, provider_ref, str(error))
        return type(error).__name__
    except (UnknownOutcome, LaneShut) as error:
        return type(error).__name__
    seen_again(toolkit, provider_ref)
    try:
        return settle_again(toolkit, provider, answer, SWEEP)
    except (UnknownOutcome, LaneShut) as error:
        return type(error).__name__
