"""Apply a message of the warehouse: a replacement shipped, arrived, or cannot be sent."""

from datetime import date
from typing import Any

from portal.records import events
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.toolkit import Toolkit

STATES = frozenset({"shipped", "delivered", "refused"})


def apply_warehouse_event(toolkit: Toolkit, *, event_id: str) -> None:
    """Follow the parcel that a stored message speaks of, once."""
    with toolkit.reading() as session:
        event = events.open_event(session, "warehouse", event_id)
        if event is None:
            return
        payload = event.payload
    known = follow_parcel(toolkit, replacement_ref=payload["ref"], news=news_of(payload))
    with toolkit.transaction() as session:
        outcome = payload["state"] if known else "a parcel that is not ours"
        events.mark_applied(session, "warehouse", event_id, outcome=outcome, now=toolkit.now())


def news_of(payload: dict[str, Any]) -> ParcelNews:
    """Read a message whose shape was checked when it came in."""
    arrives_on = payload.get("arrives_on")
    return ParcelNews(
        state=payload["state"],
        carrier=payload.get("carrier"),
        tracking_number=payload.get("tracking_number"),
        arrives_on=date.fromisoformat(arrives_on) if arrives_on else None,
        reason=payload.get("reason"),
    )
