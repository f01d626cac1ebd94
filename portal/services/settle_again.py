"""Settle what the provider holds of a payment now: each refund of ours, and those that others made are adopted."""

from collections.abc import Iterable

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove, NotFound
from portal.domain.ports import RefundAnswer, RefundProvider
from portal.domain.refunds import DEAD, from_provider
from portal.records import remedies
from portal.services.adopt_refund import NoRoomLeft, adopt_refund
from portal.services.enter_lane import seat
from portal.services.list_refunds import list_refunds
from portal.services.settle_or_tell import settle_or_tell
from portal.services.settle_refund import News
from portal.services.toolkit import Toolkit


def settle_again(toolkit: Toolkit, provider: RefundProvider, answer: RefundAnswer, actor: Actor) -> str:
    """Settle a refund from what the provider holds of it now, or adopt it; say what came of it.

    One that others made and that cannot fit beside what is known means that something of that came back: then the whole
    list of its payment is read and settled first. Raises LaneShut, UnknownOutcome.
    """
    try:
        return _settle_or_adopt(toolkit, answer, actor, all_read=False)
    except NoRoomLeft as full:
        try:
            with seat():
                listed = list_refunds(toolkit, provider, full.payment_ref, full.account).answers
        except NotFound:
            listed = []
    said = settle_listed(toolkit, listed, actor)
    return said.get(answer.provider_ref) or _settle_or_adopt(toolkit, answer, actor, all_read=True)


def settle_listed(toolkit: Toolkit, answers: Iterable[RefundAnswer], actor: Actor) -> dict[str, str]:
    """Settle or adopt all refunds of a list that was just read; say of each, by its name there, what came of it.

    What came back goes first, because that made the room for what was made since.
    """
    back_first = sorted(answers, key=lambda answer: from_provider(answer.state) not in DEAD)
    return {answer.provider_ref: _settle_or_adopt(toolkit, answer, actor, all_read=True) for answer in back_first}


def _settle_or_adopt(toolkit: Toolkit, answer: RefundAnswer, actor: Actor, *, all_read: bool) -> str:
    with toolkit.reading() as session:
        ref = remedies.refund_ref(session, answer)
    if ref is None:
        return adopt_refund(toolkit, answer, actor, all_read=all_read)
    try:
        news = News.from_answer(answer)
        state = settle_or_tell(toolkit, refund_ref=ref, news=news, amount=answer.amount, actor=actor)
    except IllegalMove as error:
        # An older piece of news that was overtaken: what is recorded stays, and the reason is kept.
        return str(error)[:80]
    return f"refund is {state.value}"
