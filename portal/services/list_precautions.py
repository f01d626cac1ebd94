"""Make the prevention list: parcels that an open incident is about, before the harm; and follow them to their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.prevention import IN_TIME_FOR, why_listed
from portal.records import incidents, outbox, prevention
from portal.records.orders_at_risk import AtRisk, orders_at_risk
from portal.records.tables.incidents import Incident
from portal.services.toolkit import Toolkit, tried_again

TELL = "prevention.tell"
_AT_ONCE = 1_000
_MOST_TOLD = 500
# After whatever customers wait for.
_PRIORITY = -10


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: parcels newly listed, messages left, and parcels that came to their end."""

    listed: int
    told: int
    ended: int


def list_precautions(toolkit: Toolkit, *, tells: bool) -> Round:
    """Follow what is listed, then list what is new; run twice it lists nothing twice.

    tells: leave a message of each that nobody heard of yet, for whoever can call ahead.
    """
    now = toolkit.now()
    ended = _follow(toolkit, now)
    with toolkit.reading() as session:
        open_ones = [incidents.parts_of(session, incident) for incident in incidents.open_ones(session)]
    listed = sum(_list_of(toolkit, parts, part, now) for parts in open_ones for part in parts)
    return Round(listed, leave_messages(toolkit) if tells else 0, ended)


@tried_again
def _follow(toolkit: Toolkit, now: datetime) -> int:
    with toolkit.transaction() as session:
        return prevention.follow(session, now)


def _list_of(toolkit: Toolkit, parts: Sequence[Incident], part: Incident, now: datetime) -> int:
    """List what a part of an incident is about, under the incident that it went into."""
    why = why_listed(part.about)
    listed, after = 0, 0
    while why:
        with toolkit.reading() as session:
            # What has arrived is no matter of prevention.
            parcels = list(
                orders_at_risk(session, part.about, now=now, fresh_for=timedelta(0), after=after, most=_AT_ONCE)
            )
        listed += _add(toolkit, parts, [one for one in parcels if _may_come_in_time(one, now)], why, now)
        if len(parcels) < _AT_ONCE:
            break
        after = parcels[-1].shipment_id
    return listed


def _may_come_in_time(parcel: AtRisk, now: datetime) -> bool:
    promised_at = parcel.promised_at
    return parcel.delivered_at is None and promised_at is not None and promised_at + IN_TIME_FOR > now


@tried_again
def _add(toolkit: Toolkit, parts: Sequence[Incident], parcels: list[AtRisk], why: dict[str, str], now: datetime) -> int:
    with toolkit.transaction() as session:
        return len(prevention.add(session, parts, parcels, why, now))


@tried_again
def leave_messages(toolkit: Toolkit) -> int:
    """Leave a message of each parcel that nobody was told of, the soonest promised first; tell how many.

    None while earlier ones are under way: whoever does not answer must not let them pile up.
    """
    with toolkit.transaction() as session:
        if outbox.is_under_way(session, TELL):
            return 0
        refs = prevention.untold(session, toolkit.now(), _MOST_TOLD)
        for ref in refs:
            # In turn: whoever is slow, or not there, takes one place of the worker.
            outbox.defer_in_turn(session, TELL, priority=_PRIORITY, ref=ref)
    return len(refs)
