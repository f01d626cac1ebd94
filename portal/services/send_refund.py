"""Send one refund in three phases: note that we try, call with no transaction open, settle. Any may be the last."""

from collections.abc import Sequence
from typing import Any

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove, NotFound
from portal.domain.money import Money
from portal.domain.ports import (
    BlockedByDispute,
    KeyMisused,
    LaneShut,
    ProviderBusy,
    ProviderLocked,
    RefundAnswer,
    RefundProvider,
    RefundRefused,
    RefundRequest,
    UnknownOutcome,
)
from portal.domain.refunds import STOPPED, RefundState
from portal.records import remedies, sending
from portal.services.enter_lane import Pass, enter_lane, leave_lane, seat, shut_lane, wait_for_slot
from portal.services.list_refunds import list_refunds
from portal.services.settle_again import settle_listed
from portal.services.settle_or_tell import settle_or_tell
from portal.services.settle_refund import News
from portal.services.tell_of_doubt import KEY_IS_SAFE_FOR, NO_ANSWER, PAYMENT_UNKNOWN, tell_of_doubt
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")
# The provider says no because the money went back another way, which its list shows.
_GONE_ELSEWHERE = frozenset({"charge_already_refunded", "amount_too_large", "invalid_amount"})


def send_refund(toolkit: Toolkit, provider: RefundProvider, *, refund_ref: str) -> bool:
    """Send a refund once and settle what comes back; tell whether it must be tried again later.

    The same key goes out however often this runs. Raises LaneShut, with the seconds to wait, where nothing may be sent.
    """
    with seat():
        return _send(toolkit, provider, refund_ref)


def _send(toolkit: Toolkit, provider: RefundProvider, refund_ref: str) -> bool:
    """Send it in its turn."""
    entered = enter_lane(toolkit)
    begun = _begin(toolkit, refund_ref)
    if begun is None:
        return False
    request = request_of(begun.request)
    if begun.disputed and begun.unsent:
        _settle(toolkit, request, News(RefundState.BLOCKED_BY_DISPUTE, None, "charge_disputed"), call=None)
        return False
    # A 500 may be kept under the key and come for ever, so what had no answer is looked for before it is sent again.
    # What may have been sent before the dispute is looked for too, and not called blocked where the list has none.
    if begun.old or begun.disputed or begun.unanswered:
        try:
            if _is_over(toolkit, provider, request, entered) or begun.old or begun.disputed:
                return False
        except UnknownOutcome:
            return True
        entered = enter_lane(toolkit)
    return _call(toolkit, provider, request, entered, note=begun.note if begun.unsent else None)


def _call(
    toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, entered: Pass, *, note: str | None
) -> bool:
    """Send the bytes and settle the answer; tell whether it must be tried again. note: of a refund's first call."""
    leaving = _wait(toolkit, request, entered, note)
    try:
        answer = provider.refund(request)
    except KeyMisused:
        # Never another key: a person looks at what the provider holds under this one.
        _settle(toolkit, request, News(RefundState.UNKNOWN, None, STOPPED), call="key_misused")
        return False
    except UnknownOutcome:
        return _settle(toolkit, request, News(RefundState.UNKNOWN, None, NO_ANSWER), call="unknown")
    except (ProviderBusy, ProviderLocked) as error:
        _take_back(toolkit, request.key, note, call=type(error).__name__)
        raise shut_lane(toolkit, error) from error
    except BlockedByDispute as error:
        _settle(toolkit, request, News(RefundState.BLOCKED_BY_DISPUTE, None, error.code), call="blocked_by_dispute")
    except RefundRefused as error:
        # A no is an answer: it opens the lane for the look into the list.
        leave_lane(toolkit, leaving)
        _refused(toolkit, provider, request, error.code)
        return False
    else:
        news = News.from_answer(answer)
        _settle(toolkit, request, news, call=news.state.value)
    leave_lane(toolkit, leaving)
    return False


def _wait(toolkit: Toolkit, request: RefundRequest, entered: Pass, note: str | None) -> Pass:
    """Wait for the slot; where the lane is shut by then, nothing left."""
    try:
        return wait_for_slot(toolkit, entered)
    except LaneShut:
        _take_back(toolkit, request.key, note)
        raise


def _is_over(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, entered: Pass) -> bool:
    """Look for a refund before it is sent again; tell whether it must not be: it is there, or a person's.

    Raises LaneShut, UnknownOutcome.
    """
    try:
        found = look_for(toolkit, provider, request, entered)
    except UnknownOutcome:
        tell_of_doubt(toolkit, request.key)
        raise
    except NotFound:
        return tell_of_doubt(toolkit, request.key, reason=PAYMENT_UNKNOWN)
    if found is not None:
        _settle(toolkit, request, News.from_answer(found), call="found")
        return True
    return tell_of_doubt(toolkit, request.key)


def look_for(
    toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, entered: Pass | None = None
) -> RefundAnswer | None:
    """Find our refund in the provider's list of its payment, whatever else there is in it that cannot be read.

    Raises LaneShut, UnknownOutcome (also where it may be what cannot be read), NotFound (no payment of that name).
    """
    listed = list_refunds(toolkit, provider, request.payment_ref, request.account, entered)
    found = ours_among(listed.answers, request)
    if found is None and listed.unread is not None:
        raise listed.unread
    return found


def _refused(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, code: str) -> None:
    """Look in the list where the money may be there already: ours, whose answer was lost, or one made by hand."""
    news = News(RefundState.REFUSED, None, code)
    if code in _GONE_ELSEWHERE:
        found = _settle_others(toolkit, provider, request)
        news = News.from_answer(found) if found else news
    _settle(toolkit, request, news, call=code)


def _settle_others(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest) -> RefundAnswer | None:
    """Settle or adopt what else the payment has, as far as it can be read, and give ours.

    Raises LaneShut, UnknownOutcome (also where ours may be what cannot be read).
    """
    try:
        listed = list_refunds(toolkit, provider, request.payment_ref, request.account)
    except NotFound:
        # The provider has just said no to the refund itself, which is an answer without any list.
        return None
    found = ours_among(listed.answers, request)
    settle_listed(toolkit, (answer for answer in listed.answers if not _is_ours(answer, request)), WORKER)
    if found is None and listed.unread is not None:
        raise listed.unread
    return found


def ours_among(answers: Sequence[RefundAnswer], request: RefundRequest) -> RefundAnswer | None:
    """Find our refund in the provider's list: by its amount, and the ref in its metadata, which may be copied."""
    return next((answer for answer in answers if _is_ours(answer, request)), None)


def _is_ours(answer: RefundAnswer, request: RefundRequest) -> bool:
    return answer.refund_ref == request.key and answer.amount == request.amount


def _settle(toolkit: Toolkit, request: RefundRequest, news: News, *, call: str | None) -> bool:
    """Record the news of a call; tell whether it counts, or a webhook or a person was faster."""
    try:
        settle_or_tell(toolkit, refund_ref=request.key, news=news, amount=request.amount, actor=WORKER, call=call)
    except IllegalMove:
        if call is not None:
            _note(toolkit, request.key, call)
        return False
    return True


@tried_again
def _begin(toolkit: Toolkit, refund_ref: str) -> sending.Begun | None:
    """Note that the bytes are about to leave; give nothing where the refund needs no call any more."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        return sending.begin_to_send(session, refund_ref, safe_since=now - KEY_IS_SAFE_FOR, now=now)


@tried_again
def _note(toolkit: Toolkit, refund_ref: str, outcome: str) -> None:
    with toolkit.transaction() as session:
        remedies.note_call(session, refund_ref, outcome)


@tried_again
def _take_back(toolkit: Toolkit, refund_ref: str, note: str | None, *, call: str | None = None) -> None:
    """Take back that a refund was sent, where nothing of it can have been carried out. call: the outcome to note."""
    with toolkit.transaction() as session:
        if call is not None:
            remedies.note_call(session, refund_ref, call)
        if note is not None:
            sending.take_back(session, refund_ref, note)


def request_of(document: dict[str, Any]) -> RefundRequest:
    """Read a frozen request."""
    return RefundRequest(
        key=document["key"],
        payment_ref=document["payment_ref"],
        amount=Money(document["amount_minor"], document["currency"]),
        account=document["account"],
        metadata=tuple(sorted(document["metadata"].items())),
    )
