"""Claims: found by their owner or by staff, held, and loaded with their lines and offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from portal.domain.actors import Actor
from portal.records import sent_again
from portal.records.rows_to_write import fresh
from portal.records.tables.claims import (
    Claim,
    ClaimEvent,
    ClaimLine,
    ClaimMessage,
    ClaimUnit,
    Evidence,
)
from portal.records.tables.orders import Order, OrderLine

_WHOLE = (
    selectinload(Claim.lines).options(
        joinedload(ClaimLine.order_line).joinedload(OrderLine.shipment),
        selectinload(ClaimLine.offers),
    ),
)

# The lock is on the claim alone: its order is locked before it, and what hangs on both only changes under them.
_HELD = (
    select(Claim)
    .join(Claim.order)
    .join(Claim.customer)
    .options(
        contains_eager(Claim.order),
        contains_eager(Claim.customer),
        joinedload(Claim.lines).options(
            joinedload(ClaimLine.order_line).joinedload(OrderLine.shipment),
            selectinload(ClaimLine.offers),
        ),
    )
    .with_for_update(of=Claim)
    .execution_options(populate_existing=True)
)
_HOLD_CLAIM = _HELD.where(Claim.ref == bindparam("ref"))
_HOLD_CLAIM_BY_ID = _HELD.where(Claim.id == bindparam("claim_id"))
_HOLD_ORDER = select(Order.id).join(Claim, Claim.order_id == Order.id).with_for_update(of=Order)
_HOLD_ORDER_OF = _HOLD_ORDER.where(Claim.ref == bindparam("ref"))
_HOLD_OWN_ORDER_OF = _HOLD_ORDER_OF.where(Claim.customer_id == bindparam("customer_id"))


def by_client_key(session: Session, customer_id: int, order_number: str, client_key: str) -> str | None:
    """Find the ref of the claim that the same page of the same browser has made already."""
    asked = (
        select(Claim.ref)
        .join(Order, Order.id == Claim.order_id)
        .where(Claim.customer_id == customer_id, Order.order_number == order_number, Claim.client_key == client_key)
    )
    return session.scalars(asked).one_or_none()


def owned(session: Session, ref: str, customer_id: int) -> Claim | None:
    """Find a customer's own claim with its order, lines and offers."""
    return _one(session, ref, Claim.customer_id == customer_id)


def found(session: Session, ref: str) -> Claim | None:
    """Find any claim with its order, lines and offers: for staff and for the worker."""
    return _one(session, ref)


def _one(session: Session, ref: str, *conditions: ColumnElement[bool]) -> Claim | None:
    asked = (
        select(Claim)
        .join(Claim.order)
        .join(Claim.customer)
        .where(Claim.ref == ref, *conditions)
        .options(contains_eager(Claim.order), contains_eager(Claim.customer), *_WHOLE)
    )
    return session.scalars(asked.execution_options(populate_existing=True)).one_or_none()


def order_of(session: Session, ref: str, customer_id: int | None = None) -> int | None:
    """Find the order that a claim is about, to lock it first."""
    asked = select(Claim.order_id).where(Claim.ref == ref)
    if customer_id is not None:
        asked = asked.where(Claim.customer_id == customer_id)
    return session.scalars(asked).one_or_none()


def hold(session: Session, ref: str) -> Claim:
    """Lock a claim, after its order, and load it whole."""
    return session.execute(_HOLD_CLAIM, {"ref": ref}).unique().scalar_one()


def hold_by_id(session: Session, claim_id: int) -> Claim:
    """Lock a claim by its key, after its order, and load it whole."""
    return session.execute(_HOLD_CLAIM_BY_ID, {"claim_id": claim_id}).unique().scalar_one()


def hold_whole(session: Session, ref: str, customer_id: int | None = None) -> Claim | None:
    """Lock the order of a claim and then the claim, where it is there (and this customer's), and load it whole."""
    if customer_id is None:
        held = session.execute(_HOLD_ORDER_OF, {"ref": ref}).first()
    else:
        held = session.execute(_HOLD_OWN_ORDER_OF, {"ref": ref, "customer_id": customer_id}).first()
    return None if held is None else hold(session, ref)


def due(session: Session, now: datetime, limit: int) -> list[str]:
    """List the refs of claims whose date to look again has come, oldest first."""
    asked = select(Claim.ref).where(Claim.next_action_at <= now).order_by(Claim.next_action_at).limit(limit)
    return list(session.scalars(asked))


def event_of(
    claim_id: int,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    line_id: int | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    detail: dict[str, Any] | None = None,
) -> ClaimEvent:
    """Make a line of a claim's history."""
    return fresh(
        ClaimEvent,
        claim_id=claim_id,
        claim_line_id=line_id,
        action=action,
        from_state=from_state,
        to_state=to_state,
        actor=str(actor),
        happened_at=now,
        detail=detail or {},
    )


def add_event(
    session: Session,
    claim_id: int,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    line_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a line to a claim's history, of something that moved nothing."""
    session.add(event_of(claim_id, action, actor=actor, now=now, line_id=line_id, detail=detail))


def add_message(
    session: Session,
    claim_id: int,
    kind: str,
    body: str,
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
    answer: str | None = None,
) -> bool:
    """Keep words, once per key of the page that sent them; tell whether they are new. answer: what they came with."""
    values = {
        "claim_id": claim_id,
        "client_key": client_key,
        "kind": kind,
        "body": body,
        "actor": str(actor),
        "written_at": now,
        "answer": answer,
    }
    written = upsert(ClaimMessage).values(values).on_conflict_do_nothing().returning(ClaimMessage.id)
    return session.execute(written).first() is not None


def messages(session: Session, claim_id: int, *, notes: bool) -> list[ClaimMessage]:
    """Give a claim's conversation, oldest first; notes of staff only where asked."""
    asked = select(ClaimMessage).where(ClaimMessage.claim_id == claim_id).order_by(ClaimMessage.id)
    return list(session.scalars(asked if notes else asked.where(ClaimMessage.kind != "note")))


def photos(session: Session, claim_id: int) -> list[Evidence]:
    """Give a claim's photos, oldest first."""
    return list(session.scalars(select(Evidence).where(Evidence.claim_id == claim_id).order_by(Evidence.id)))


def free_units(session: Session, line: ClaimLine) -> None:
    """Let go of the units of a claim line; those of a parcel that was sent again go back to the claim that sent it."""
    session.execute(update(ClaimUnit).where(ClaimUnit.claim_line_id == line.id, ClaimUnit.live).values(live=False))
    sent_again.give_back(session, line)


def retake_units(session: Session, line: ClaimLine) -> None:
    """Speak again for the units of a line; the database refuses a unit that another live claim speaks for by now."""
    sent_again.take_back(session, line)
    session.execute(update(ClaimUnit).where(ClaimUnit.claim_line_id == line.id).values(live=True))


def units_of(session: Session, line: ClaimLine) -> list[int]:
    """List the unit numbers that a claim line speaks or spoke for."""
    asked = select(ClaimUnit.unit).where(ClaimUnit.claim_line_id == line.id).order_by(ClaimUnit.unit)
    return sorted(set(session.scalars(asked)))


def of_orders(session: Session, order_ids: list[int]) -> list[Claim]:
    """List the claims on some orders, newest first, without their lines."""
    asked = select(Claim).where(Claim.order_id.in_(order_ids)).order_by(Claim.id.desc())
    return list(session.scalars(asked))


def of_customer(session: Session, customer_id: int, *, limit: int) -> list[Claim]:
    """List a customer's claims, newest first, with their orders and lines."""
    asked = (
        select(Claim)
        .join(Claim.order)
        .where(Claim.customer_id == customer_id)
        .options(contains_eager(Claim.order), selectinload(Claim.lines))
        .order_by(Claim.id.desc())
        .limit(limit)
    )
    return list(session.scalars(asked))
