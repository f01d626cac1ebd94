"""Poll the provider's events, so that what no webhook told is heard all the same."""

from datetime import timedelta

from portal.domain.ports import ProviderBusy, ProviderLocked, RefundProvider, UnknownOutcome
from portal.records import events
from portal.services.toolkit import Toolkit

_OVERLAP = timedelta(minutes=10)
_FIRST = timedelta(hours=1)


def poll_events(toolkit: Toolkit, provider: RefundProvider) -> int:
    """Store every event that is new to us, from a little before the last one heard; tell how many were new."""
    with toolkit.reading() as session:
        heard_at = events.last_heard_at(session, "stripe")
    since = heard_at - _OVERLAP if heard_at else toolkit.now() - _FIRST
    try:
        found = list(provider.events_since(since))
    except (UnknownOutcome, ProviderBusy, ProviderLocked):
        # Nothing is lost: the next poll starts from the same place.
        return 0
    new = 0
    with toolkit.transaction() as session:
        for event in found:
            payload = {"data": {"object": {"object": event.kind.split(".", 1)[0], "id": event.object_ref}}}
            new += events.store(session, sender="stripe", event_id=event.event_id, kind=event.kind, payload=payload)
    return new
