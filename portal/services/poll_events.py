"""Poll the provider's events, so that what no webhook told is heard all the same."""

from datetime import datetime, timedelta

from portal.domain.ports import ProviderBusy, ProviderEvent, ProviderLocked, RefundProvider, UnknownOutcome
from portal.domain.troubles import TroubleKind
from portal.records import events, provider_accounts
from portal.services.close_trouble import came_right
from portal.services.hear_event import hear_event
from portal.services.open_trouble import tell_of_trouble
from portal.services.toolkit import Toolkit

_OVERLAP = timedelta(minutes=10)
_FIRST = timedelta(hours=1)
# Stripe lists no older ones.
_LISTED_FOR = timedelta(days=30)
_SUBJECT = "events"


def poll_events(toolkit: Toolkit, provider: RefundProvider) -> int:
    """Store every event that is new to us, from a little before the last one polled; tell how many were new.

    Each account that took payments of ours is asked. What was heard by webhook meanwhile does not move the place where
    the poller goes on, so that a gap between two webhooks is found however long it was.
    """
    began = toolkit.now()
    with toolkit.reading() as session:
        polled_at, accounts = events.polled_at(session, "stripe"), provider_accounts.all_of(session)
    since = max(polled_at - _OVERLAP if polled_at else began - _FIRST, began - _LISTED_FOR)
    try:
        found = [(event, account) for account in accounts for event in provider.events_since(since, account)]
    except (UnknownOutcome, ProviderBusy):
        # Nothing is lost: the next poll starts from the same place.
        return 0
    except ProviderLocked as error:
        tell_of_trouble(toolkit, TroubleKind.PROVIDER_LOCKED, subject=_SUBJECT, reason=str(error))
        return 0
    new = sum(_hear(toolkit, event, account) for event, account in found)
    _remember(toolkit, began)
    came_right(toolkit, TroubleKind.PROVIDER_LOCKED, subject=_SUBJECT)
    return new


def _hear(toolkit: Toolkit, event: ProviderEvent, account: str | None) -> bool:
    """Store one event, unless it is of the other mode: test and live never mix."""
    if event.live is toolkit.sandbox:
        return False
    payload = {"account": account, "data": {"object": {"object": event.object_kind, "id": event.object_ref}}}
    return hear_event(toolkit, sender="stripe", event_id=event.event_id, kind=event.kind, payload=payload)


def _remember(toolkit: Toolkit, moment: datetime) -> None:
    with toolkit.transaction() as session:
        events.remember_poll(session, "stripe", moment)
