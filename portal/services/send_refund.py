"""Send one refund in three phases: note that we try, call with no transaction open, settle. Any may be the last."""

from datetime import timedelta
from functools import partial
from typing import Any

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.money import Money
from portal.domain.ports import (
    BlockedByDispute,
    KeyMisused,
    ProviderBusy,
    ProviderLocked,
    RefundAnswer,
    RefundProvider,
    RefundRefused,
    RefundRequest,
    UnknownOutcome,
)
from portal.domain.refunds import STOPPED, RefundState
from portal.domain.troubles import TroubleKind
from portal.records import remedies, sending
from portal.services.adopt_refund import adopt_refund
from portal.services.enter_lane import Pass, enter_lane, in_turn, leave_lane, seat, shut_lane, wait_for_slot
from portal.services.open_trouble import tell_of_trouble
from portal.services.settle_or_tell import settle_or_tell
from portal.services.settle_refund import News
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")
# Stripe may drop a key once it is 24 hours old, and a dropped key starts a new operation.
KEY_IS_SAFE_FOR = timedelta(hours=20)
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
    if begun.disputed:
        _settle(toolkit, request, News(RefundState.BLOCKED_BY_DISPUTE, None, "charge_disputed"), call=None)
        return False
    # A 500 may be kept under the key and come for ever, so what had no answer is looked for before it is sent again.
    if begun.old or begun.unanswered:
        try:
            if _found(toolkit, provider, request, entered) or begun.old:
                return False
        except UnknownOutcome:
            return True
        entered = enter_lane(toolkit)
    return _call(toolkit, provider, request, entered)


def _call(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, entered: Pass) -> bool:
    """Send the bytes and settle the answer; tell whether it must be tried again."""
    leaving = wait_for_slot(toolkit, entered)
    try:
        answer = provider.refund(request)
    except KeyMisused:
        # Never another key: a person looks at what the provider holds under this one.
        _settle(toolkit, request, News(RefundState.UNKNOWN, None, STOPPED), call="key_misused")
        return False
    except UnknownOutcome:
        return _settle(toolkit, request, News(RefundState.UNKNOWN, None, "no_answer"), call="unknown")
    except (ProviderBusy, ProviderLocked) as error:
        _note(toolkit, request.key, type(error).__name__)
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


def _found(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, entered: Pass) -> bool:
    """Read the list before anything else is sent; tell whether it has our refund. Raises LaneShut, UnknownOutcome."""
    answers = in_turn(toolkit, partial(provider.of_payment, request.payment_ref, request.account), entered)
    found = ours_among(answers, request.key)
    if found is not None:
        _settle(toolkit, request, News.from_answer(found), call="found")
        return True
    tell_if_old(toolkit, request.key)
    return False


@tried_again
def tell_if_old(toolkit: Toolkit, refund_ref: str) -> bool:
    """Tell a person where a refund had no answer for too long to send it again, and the list has none."""
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
        claim_id = remedies.claim_id_of(session, refund.remedy_id)
    if refund.first_sent_at is None or toolkit.now() - refund.first_sent_at <= KEY_IS_SAFE_FOR:
        return False
    tell_of_trouble(toolkit, TroubleKind.UNKNOWN_TOO_LONG, subject=refund_ref, claim_id=claim_id)
    return True


def _refused(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, code: str) -> None:
    """Look in the list where the money may be there already: ours, whose answer was lost, or one made by hand."""
    news = News(RefundState.REFUSED, None, code)
    if code in _GONE_ELSEWHERE:
        answers = in_turn(toolkit, partial(provider.of_payment, request.payment_ref, request.account))
        found = ours_among(answers, request.key)
        news = News.from_answer(found) if found else news
        for answer in answers:
            adopt_refund(toolkit, answer, WORKER)
    _settle(toolkit, request, news, call=code)


def ours_among(answers: list[RefundAnswer], refund_ref: str) -> RefundAnswer | None:
    """Find our refund among what the provider lists, by the ref in its metadata."""
    return next((answer for answer in answers if answer.refund_ref == refund_ref), None)


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


def request_of(document: dict[str, Any]) -> RefundRequest:
    """Read a frozen request."""
    return RefundRequest(
        key=document["key"],
        payment_ref=document["payment_ref"],
        amount=Money(document["amount_minor"], document["currency"]),
        account=document["account"],
        metadata=tuple(sorted(document["metadata"].items())),
    )
