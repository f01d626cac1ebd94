"""Apply an event of Stripe's: a hint to read its refund or dispute again, and record what that is now."""

from typing import Any

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ports import LaneShut, RefundProvider
from portal.records import events, provider_money
from portal.services.enter_lane import seat
from portal.services.follow_dispute import follow_dispute
from portal.services.hear_event import names_of_charge, nothing_to_do, subject_of
from portal.services.list_refunds import list_refunds
from portal.services.put_back import put_back
from portal.services.settle_again import settle_again, settle_listed
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
        return settle_again(toolkit, provider, provider.read(subject["id"], account), STRIPE)
    except NotFound:
        return "the provider has none of that name"


def _settle_all(toolkit: Toolkit, provider: RefundProvider, names: list[str], account: str | None) -> str:
    """Settle or adopt every refund of a payment that can be read. Raises LaneShut, UnknownOutcome, NotFound.

    Unreadable, which is one of these, is raised once the others are settled: it says that this is not all.
    """
    with toolkit.reading() as session:
        payment = provider_money.payment_of(session, names)
    if payment is None or payment.provider_ref is None:
        return "a charge that is not ours"
    with seat():
        listed = list_refunds(toolkit, provider, payment.provider_ref, account)
    said = settle_listed(toolkit, listed.answers, STRIPE)
    if listed.unread is not None:
        raise listed.unread
    return f"{len(said)} refunds of its charge were read"
