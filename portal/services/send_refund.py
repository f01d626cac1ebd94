"""Send one refund in three phases: note that we try, call with no transaction open, settle. Any may be the last."""

from typing import Any

from portal.domain.actors import Actor
from portal.domain.money import Money
from portal.domain.ports import (
    BlockedByDispute,
    ProviderBusy,
    ProviderLocked,
    RefundAnswer,
    RefundProvider,
    RefundRefused,
    RefundRequest,
    UnknownOutcome,
)
from portal.domain.refunds import RefundState
from portal.records import remedies
from portal.services.settle_refund import News, settle_refund
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")


def send_refund(toolkit: Toolkit, provider: RefundProvider, *, refund_ref: str) -> bool:
    """Send a refund once and settle what comes back; tell whether it must be tried again later.

    The same key goes out however often this runs. Raises ProviderBusy and ProviderLocked, which did nothing.
    """
    request = _begin(toolkit, refund_ref)
    if request is None:
        return False
    try:
        answer = provider.refund(request)
    except UnknownOutcome:
        news = News(RefundState.UNKNOWN, None, "no_answer")
        settle_refund(toolkit, refund_ref=refund_ref, news=news, actor=WORKER, call="unknown")
        return True
    except (ProviderBusy, ProviderLocked) as error:
        _note(toolkit, refund_ref, type(error).__name__)
        raise
    except BlockedByDispute as error:
        news = News(RefundState.BLOCKED_BY_DISPUTE, None, error.code)
    except RefundRefused as error:
        if error.code == "charge_already_refunded":
            return _adopt(toolkit, provider, request, error.code)
        news = News(RefundState.REFUSED, None, error.code)
    else:
        news = News.from_answer(answer)
    settle_refund(toolkit, refund_ref=refund_ref, news=news, actor=WORKER, call=news.state.value)
    return False


def _adopt(toolkit: Toolkit, provider: RefundProvider, request: RefundRequest, code: str) -> bool:
    """Look whether the refund that is there already is ours: its answer was lost and its key forgotten."""
    found = ours_among(provider.of_payment(request.payment_ref, request.account), request.key)
    news = News.from_answer(found) if found else News(RefundState.REFUSED, None, code)
    settle_refund(toolkit, refund_ref=request.key, news=news, actor=WORKER, call=code)
    return False


def ours_among(answers: list[RefundAnswer], refund_ref: str) -> RefundAnswer | None:
    """Find our refund among what the provider lists, by the ref in its metadata."""
    return next((answer for answer in answers if answer.refund_ref == refund_ref), None)


@tried_again
def _begin(toolkit: Toolkit, refund_ref: str) -> RefundRequest | None:
    """Note that the bytes are about to leave; give nothing where the refund needs no call any more."""
    with toolkit.transaction() as session:
        frozen = remedies.begin_to_send(session, refund_ref, toolkit.now())
    return request_of(frozen) if frozen is not None else None


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
