"""Apply an event of Stripe's: a hint to read its refund or dispute again, and record what that is now."""

from functools import partial
from typing import Any

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove, NotFound
from portal.domain.ports import LaneShut, RefundAnswer, RefundProvider
from portal.records import events, provider_money, remedies
from portal.services.adopt_refund import adopt_refund
from portal.services.enter_lane import in_turn, seat
from portal.services.follow_dispute import follow_dispute
from portal.services.hear_event import names_of_charge, nothing_to_do, subject_of
from portal.services.put_back import put_back
from portal.services.settle_or_tell import settle_or_tell
from portal.services.settle_refund import News
from portal.services.toolkit import Toolkit

STRIPE = Actor.system("stripe")


def apply_stripe_event(toolkit: Toolkit, provider: RefundProvider, *, event_id: str) -> None:
    """Read the refund or dispute that an event speaks of and record it; every other event is noted and left.

    Of a charge all refunds are read, in the lane; where that is shut a new job is left for later.
    """
    with toolkit.transaction() as session:
        event = events.open_event(session, "stripe", event_id)
        if event is None:
            return
        known = nothing_to_do(session, event.kind, event.payload)
        if known is not None:
            events.mark_applied(session, "stripe", event_id, outcome=known, now=toolkit.now())
            return
        payload = event.payload
    try:
        outcome = _apply(toolkit, provider, payload)
    except LaneShut as lane:
        put_back(toolkit, "stripe_events.apply", lane, event_id=event_id)
        return
    with toolkit.transaction() as session:
        events.mark_applied(session, "stripe", event_id, outcome=outcome, now=toolkit.now())


def _apply(toolkit: Toolkit, provider: RefundProvider, payload: dict[str, Any]) -> str:
    subject, account = subject_of(payload), payload.get("account")
    try:
        if subject["object"] == "charge":
            return _settle_all(toolkit, provider, names_of_charge(payload), account)
        if subject["object"] == "dispute":
            return follow_dispute(toolkit, provider.dispute(subject["id"], account), STRIPE)
        return settle_again(toolkit, provider.read(subject["id"], account), STRIPE)
    except NotFound:
        return "the provider has none of that name"


def _settle_all(toolkit: Toolkit, provider: RefundProvider, names: list[str], account: str | None) -> str:
    """Settle or adopt every refund of a payment. Raises LaneShut, UnknownOutcome, NotFound."""
    with toolkit.reading() as session:
        payment = provider_money.payment_of(session, names)
    if payment is None or payment.provider_ref is None:
        return "a charge that is not ours"
    with seat():
        answers = in_turn(toolkit, partial(provider.of_payment, payment.provider_ref, account))
    for answer in answers:
        settle_again(toolkit, answer, STRIPE)
    return f"{len(answers)} refunds of its charge were read"


def settle_again(toolkit: Toolkit, answer: RefundAnswer, actor: Actor) -> str:
    """Settle a refund from what the provider holds of it now, or adopt it; say what came of it."""
    with toolkit.reading() as session:
        ref = remedies.refund_ref(session, answer)
    if ref is None:
        return adopt_refund(toolkit, answer, actor)
    try:
        news = News.from_answer(answer)
        state = settle_or_tell(toolkit, refund_ref=ref, news=news, amount=answer.amount, actor=actor)
    except IllegalMove as error:
        # An older piece of news that was overtaken: what is recorded stays, and the reason is kept.
        return str(error)[:80]
    return f"refund is {state.value}"
