"""What staff see of one withdrawal: with its order, its history, its letters, and the claim that carries its money."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.records import customer_pages, withdrawals
from portal.records.tables.claims import Claim
from portal.records.tables.inbox import Letter
from portal.records.tables.orders import Order, OrderLine, Shipment
from portal.records.tables.withdrawals import Withdrawal, WithdrawalEvent


@dataclass(frozen=True, slots=True)
class File:
    """A withdrawal with all that hangs on it. staff: names of those in its history, by their ids."""

    withdrawal: Withdrawal
    order: Order | None
    lines: list[OrderLine]
    parcels: list[Shipment]
    sent_again: list[datetime | None]
    others: list[Withdrawal]
    claims: list[tuple[str, str]]
    claim_ref: str | None
    events: list[WithdrawalEvent]
    letters: list[Letter]
    staff: dict[int, str]


def whole(session: Session, ref: str) -> File | None:
    """Read a withdrawal whole."""
    found = withdrawals.found(session, ref)
    if found is None:
        return None
    events = withdrawals.events(session, found.id)
    ids = [int(event.actor.partition(":")[2]) for event in events if event.actor.startswith("staff:")]
    order = _order(session, found.order_id)
    told = _claims(session, order) if order else []
    return File(
        withdrawal=found,
        order=order,
        lines=customer_pages.lines_of(session, order.id) if order else [],
        parcels=_parcels(session, order) if order else [],
        sent_again=withdrawals.sent_again_of(session, order.id) if order else [],
        others=[one for one in _of_order(session, order) if one.id != found.id] if order else [],
        claims=[(one.ref, one.state) for one in told],
        claim_ref=next((one.ref for one in told if one.id == found.claim_id), None),
        events=events,
        letters=withdrawals.letters_of(session, ref),
        staff=customer_pages.names_of_staff(session, ids),
    )


def _order(session: Session, order_id: int | None) -> Order | None:
    if order_id is None:
        return None
    asked = select(Order).where(Order.id == order_id)
    return session.scalars(asked).one()


def _parcels(session: Session, order: Order) -> list[Shipment]:
    return list(session.scalars(select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.id)))


def _claims(session: Session, order: Order) -> list[Claim]:
    return list(session.scalars(select(Claim).where(Claim.order_id == order.id).order_by(Claim.id.desc())))


def _of_order(session: Session, order: Order) -> list[Withdrawal]:
    return list(session.scalars(select(Withdrawal).where(Withdrawal.order_id == order.id).order_by(Withdrawal.id)))
