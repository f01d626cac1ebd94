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
    Unreadable,
    UnreadableEvents,
)
from portal.domain.troubles import TroubleKind
from portal.records import events, provider_accounts, troubles
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
    place = _place(toolkit, account, began, before)
    try:
        found = list(provider.events_since(max(place - _OVERLAP, began - _LISTED_FOR), account))
    except Unreadable as error:
        # Asked for from the same place until it can be read, or is listed no more.
        heard = error.heard if isinstance(error, UnreadableEvents) else ()
        _tell(toolkit, TroubleKind.EVENTS_UNREADABLE, subject, str(error), place)
        return sum(_hear(toolkit, event, account) for event in heard)
    except (UnknownOutcome, ProviderBusy) as error:
        # Nothing is lost: the next poll starts from the same place.
        log.warning("events could not be listed", account=account, reason=str(error))
        return 0
    except (ProviderLocked, RefundRefused) as error:
        _tell(toolkit, TroubleKind.PROVIDER_LOCKED, subject, str(error), place if account else None)
        return 0
    new = sum(_hear(toolkit, event, account) for event in found)
    _remember(toolkit, account, began)
    came_right(toolkit, TroubleKind.PROVIDER_LOCKED, TroubleKind.EVENTS_UNREADABLE, subject=subject)
    return new


def _tell(toolkit: Toolkit, kind: TroubleKind, subject: str, reason: str, answered: datetime | None) -> None:
    """Tell people; not of the same again that they have closed since an account last answered.

    An account that the provider closed may never be opened again, and an event never be read. Our own account must
    be: it is told of until it is, without a moment.
    """
    if answered is not None:
        with toolkit.reading() as session:
            if troubles.was_told(session, kind, subject=subject, reason=reason, since=answered):
                return
    tell_of_trouble(toolkit, kind, subject=subject, reason=reason)


def _place(toolkit: Toolkit, account: str | None, began: datetime, before: datetime | None) -> datetime:
    """Tell up to where an account was heard; it keeps the place that it begins with, however often asking fails."""
    with toolkit.reading() as session:
        own = events.polled_at(session, _named(_SENDER, account))
    if own is None:
        own = before or began - _FIRST
        _remember(toolkit, account, own)
    return own


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
