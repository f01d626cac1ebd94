"""Poll the provider's events, so that what no webhook told is heard all the same."""

from datetime import datetime, timedelta

import structlog

from portal.domain.ports import (
    ProviderBusy,
    ProviderEvent,
    ProviderLocked,
    RefundProvider,
    RefundRefused,
    UnknownOutcome,
)
from portal.domain.troubles import TroubleKind
from portal.records import events, provider_accounts
from portal.services.close_trouble import came_right
from portal.services.hear_event import hear_event
from portal.services.open_trouble import tell_of_trouble
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)
_OVERLAP = timedelta(minutes=10)
_FIRST = timedelta(hours=1)
# Stripe lists no older ones.
_LISTED_FOR = timedelta(days=30)
_SENDER = "stripe"
_SUBJECT = "events"


def poll_events(toolkit: Toolkit, provider: RefundProvider) -> int:
    """Store every event that is new to us, from a little before the last one polled; tell how many were new.

    Each account that took payments of ours is asked, from a place of its own, so that one that cannot be asked keeps
    no other from being heard. What was heard by webhook meanwhile does not move the place where the poller goes on, so
    that a gap between two webhooks is found however long it was.
    """
    with toolkit.reading() as session:
        accounts, before = provider_accounts.all_of(session), events.polled_at(session, _SENDER)
    return sum(_poll_account(toolkit, provider, account, before) for account in accounts)


def _poll_account(toolkit: Toolkit, provider: RefundProvider, account: str | None, before: datetime | None) -> int:
    """Poll one account. before: the shop's own place, from where one that has none goes on."""
    began, subject = toolkit.now(), _named(_SUBJECT, account)
    try:
        found = list(provider.events_since(_since(toolkit, account, began, before), account))
    except (UnknownOutcome, ProviderBusy) as error:
        # Nothing is lost: the next poll starts from the same place.
        log.warning("events could not be listed", account=account, reason=str(error))
        return 0
    except (ProviderLocked, RefundRefused) as error:
        tell_of_trouble(toolkit, TroubleKind.PROVIDER_LOCKED, subject=subject, reason=str(error))
        return 0
    new = sum(_hear(toolkit, event, account) for event in found)
    _remember(toolkit, account, began)
    came_right(toolkit, TroubleKind.PROVIDER_LOCKED, subject=subject)
    return new


def _since(toolkit: Toolkit, account: str | None, began: datetime, before: datetime | None) -> datetime:
    """Tell from where an account is asked; it keeps the place that it begins with, however often asking fails."""
    with toolkit.reading() as session:
        own = events.polled_at(session, _named(_SENDER, account))
    if own is None:
        own = before or began - _FIRST
        _remember(toolkit, account, own)
    return max(own - _OVERLAP, began - _LISTED_FOR)


def _named(what: str, account: str | None) -> str:
    return what if account is None else f"{what} {account}"


def _hear(toolkit: Toolkit, event: ProviderEvent, account: str | None) -> bool:
    """Store one event, unless it is of the other mode: test and live never mix."""
    if event.live is toolkit.sandbox:
        return False
    told = {
        "object": event.object_kind,
        "id": event.object_ref,
        "payment_intent": event.payment_ref,
        "amount_refunded": event.amount_refunded,
    }
    payload = {"account": account, "data": {"object": told}}
    return hear_event(toolkit, sender=_SENDER, event_id=event.event_id, kind=event.kind, payload=payload)


def _remember(toolkit: Toolkit, account: str | None, moment: datetime) -> None:
    with toolkit.transaction() as session:
        events.remember_poll(session, _named(_SENDER, account), moment)
