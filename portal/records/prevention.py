"""The prevention list: written once for each parcel and incident, told, seen to, and followed to its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.ports_prevention import CallAhead
from portal.domain.prevention import IN_TIME_FOR, Became, Done, Told, what_became
from portal.domain.problems import NEVER_LEFT, parcel_state
from portal.domain.refs import new_ref
from portal.records.erasure import IS_NOBODY
from portal.records.orders_at_risk import AtRisk
from portal.records.tables.incidents import Incident
from portal.records.tables.orders import Customer, Order, Shipment
from portal.records.tables.prevention import Precaution

_ONCE = "uq_precautions_shipment_id_incident_id"
_OF_NOBODY: ColumnElement[bool] = literal_column(IS_NOBODY)


@dataclass(frozen=True, slots=True)
class Listed:
    """A precaution with its parcel and its incident. of_nobody: its customer was erased."""

    precaution: Precaution
    shipment: Shipment
    order_number: str
    order_status: str
    ship_to_region: str
    ship_to_country: str
    incident_ref: str
    incident_open: bool
    of_nobody: bool

    def state(self, now: datetime) -> str:
        """Tell where the parcel is."""
        return parcel_state(
            order_status=self.order_status,
            handed_over_at=self.shipment.handed_over_at,
            promised_at=self.shipment.promised_at,
            delivered_at=self.shipment.delivered_at,
            now=now,
        ).value

    def is_open(self, now: datetime) -> bool:
        """Tell whether calling ahead could still help: it may come in time, and the incident is not over."""
        return self.incident_open and self.precaution.became is None and self._became(now) is None

    def _became(self, now: datetime) -> Became | None:
        return what_became(
            order_over=self.order_status in NEVER_LEFT,
            promised_at=self.precaution.promised_at,
            delivered_at=self.shipment.delivered_at,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the parcels of one incident that the same was done about. done: empty for nothing."""

    incident_ref: str
    incident_words: str
    is_open: bool
    done: str
    listed: int
    in_time: int
    late: int
    cancelled: int


def add(
    session: Session, parts: Sequence[Incident], parcels: Iterable[AtRisk], why: dict[str, str], now: datetime
) -> list[str]:
    """List parcels because of an incident; give the refs of the new ones.

    parts: the incident and those that were merged into it. What is listed for any of them stands already.
    """
    wanted = {parcel.shipment_id: parcel for parcel in parcels}
    of_parts = Precaution.incident_id.in_([part.id for part in parts])
    asked = select(Precaution.shipment_id).where(of_parts, Precaution.shipment_id.in_(wanted))
    for shipment_id in session.scalars(asked):
        wanted.pop(shipment_id, None)
    rows = [
        {
            "ref": new_ref("PRV", 10),
            "shipment_id": parcel.shipment_id,
            "incident_id": parts[0].id,
            "listed_at": now,
            "why": why,
            "promised_at": parcel.promised_at,
        }
        for parcel in wanted.values()
    ]
    if not rows:
        return []
    # Another round that runs beside this one may have been quicker.
    written = insert(Precaution).values(rows).on_conflict_do_nothing(constraint=_ONCE).returning(Precaution.ref)
    return list(session.scalars(written))


def untold(session: Session, now: datetime, limit: int) -> list[str]:
    """Name what is listed, may still come in time, and was told nobody; the soonest promised first."""
    asked = (
        select(Precaution.ref)
        .where(
            Precaution.told == Told.WAITING.value,
            Precaution.done.is_(None),
            Precaution.became.is_(None),
            Precaution.promised_at > now - IN_TIME_FOR,
        )
        .order_by(Precaution.promised_at)
        .limit(limit)
    )
    return list(session.scalars(asked))


def one(session: Session, ref: str) -> Listed | None:
    """Find one of the list."""
    row = session.execute(_rows().where(Precaution.ref == ref)).one_or_none()
    return None if row is None else _listed(row)


def hold(session: Session, ref: str) -> Precaution | None:
    """Lock one of the list."""
    return session.scalars(select(Precaution).where(Precaution.ref == ref).with_for_update()).one_or_none()


def message_of(listed: Listed, now: datetime) -> CallAhead:
    """Write down what whoever can call ahead is told. Nothing in it names the customer."""
    precaution, shipment = listed.precaution, listed.shipment
    return CallAhead(
        ref=precaution.ref,
        incident=listed.incident_ref,
        about=precaution.why,
        order_number=listed.order_number,
        shipment_number=shipment.shipment_number,
        state=listed.state(now),
        vendor=shipment.vendor,
        vendor_region=shipment.vendor_region,
        carrier=shipment.carrier,
        service=shipment.service,
        tracking_number=shipment.tracking_number,
        ship_to_region=listed.ship_to_region,
        ship_to_country=listed.ship_to_country,
        handed_over_at=shipment.handed_over_at.isoformat() if shipment.handed_over_at else None,
        promised_at=precaution.promised_at.isoformat(),
    )


def is_of_nobody(session: Session, precaution: Precaution) -> bool:
    """Tell whether the customer of a parcel was erased."""
    asked = select(_OF_NOBODY).select_from(Shipment).join(Order, Order.id == Shipment.order_id)
    asked = asked.join(Customer, Customer.id == Order.customer_id).where(Shipment.id == precaution.shipment_id)
    return session.scalars(asked).one()


def seen(precaution: Precaution) -> str:
    """Tell in a word what a page shows of what was done, the note included; empty where that is nothing."""
    return precaution.done_at.astimezone(UTC).isoformat() if precaution.done_at else ""


def keep_done(
    precaution: Precaution, done: Done, note: str, actor: Actor, now: datetime, said_at: datetime | None
) -> None:
    """Keep what was done. said_at: when a message that said it was signed."""
    precaution.done, precaution.note, precaution.done_by, precaution.done_at = done.value, note, str(actor), now
    precaution.said_at = said_at


def keep_said_again(precaution: Precaution, said_at: datetime | None) -> None:
    """Keep that a message said the same once more, so that what was said in between does not take its place."""
    if said_at is not None and precaution.said_at is not None:
        precaution.said_at = max(said_at, precaution.said_at)


def keep_told(precaution: Precaution, told: Told, now: datetime, reason: str | None = None) -> None:
    """Keep that a message was heard, refused, or is not needed any more."""
    precaution.told, precaution.told_at, precaution.told_reason = told.value, now, reason


_ENDS = text("""
    UPDATE precautions AS p SET became_at = :now, became = CASE
        WHEN s.delivered_at <= :now AND s.delivered_at < p.promised_at + CAST(:in_time_for AS interval) THEN 'in_time'
        WHEN s.delivered_at <= :now THEN 'late'
        WHEN o.status = ANY (:never) THEN 'cancelled' ELSE 'late' END
    FROM shipments AS s JOIN orders AS o ON o.id = s.order_id
    WHERE s.id = p.shipment_id AND p.became IS NULL
      AND (s.delivered_at <= :now OR o.status = ANY (:never) OR p.promised_at + CAST(:in_time_for AS interval) <= :now)
    RETURNING p.id
""")


def follow(session: Session, now: datetime) -> int:
    """Write what became of those that came to their end by now; tell how many."""
    bound = {"now": now, "never": sorted(NEVER_LEFT), "in_time_for": IN_TIME_FOR}
    return len(session.execute(_ENDS, bound).all())


def listed(session: Session, *, incident: str, waits: bool, most: int, skipped: int) -> list[Listed]:
    """Give a part of the list, the soonest promised first. waits: only what may still be helped and nobody saw to."""
    asked = _rows().where(*_part(incident, waits=waits)).order_by(Precaution.promised_at, Precaution.id)
    return [_listed(row) for row in session.execute(asked.limit(most).offset(skipped))]


def count(session: Session, *, incident: str, waits: bool) -> int:
    """Count a part of the list."""
    asked = select(func.count()).select_from(Precaution).join(Incident, Incident.id == Precaution.incident_id)
    return session.scalars(asked.where(*_part(incident, waits=waits))).one()


def _part(incident: str, *, waits: bool) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = [Precaution.done.is_(None), Precaution.became.is_(None)] if waits else []
    return parts + ([Incident.ref == incident] if incident else [])


_TALLIES = text("""
    SELECT i.ref, i.words, i.closed_at IS NULL AS is_open, coalesce(p.done, '') AS done, count(*) AS listed,
      count(*) FILTER (WHERE p.became = 'in_time') AS in_time, count(*) FILTER (WHERE p.became = 'late') AS late,
      count(*) FILTER (WHERE p.became = 'cancelled') AS cancelled
    FROM precautions AS p JOIN incidents AS i ON i.id = p.incident_id
    WHERE CAST(:only AS text[]) IS NULL OR i.ref = ANY(:only)
    GROUP BY i.id, p.done ORDER BY i.closed_at IS NULL DESC, i.opened_at DESC, i.id, p.done NULLS LAST
""")


def tallies(session: Session, only: Sequence[str] | None = None) -> list[Tally]:
    """Count by incident and by what was done what became of the parcels. only: of the incidents of these refs."""
    return [Tally(*row) for row in session.execute(_TALLIES, {"only": None if only is None else list(only)})]


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Precaution,
            Shipment,
            Order.order_number,
            Order.status,
            Order.ship_to_region,
            Order.ship_to_country,
            Incident.ref,
            Incident.closed_at.is_(None),
            _OF_NOBODY,
        )
        .join(Shipment, Shipment.id == Precaution.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .join(Incident, Incident.id == Precaution.incident_id)
    )


def _listed(row: Sequence[Any]) -> Listed:
    return Listed(*row)
