"""Withdrawals: declared, found, held, moved, and listed by when something is due."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from portal.domain.actors import Actor, customer_id_of
from portal.domain.withdrawal import OPEN, Goods, Move, State, next_state
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.inbox import Letter
from portal.records.tables.orders import Customer, Order, OrderLine, Shipment
from portal.records.tables.remedies import Replacement
from portal.records.tables.withdrawals import Withdrawal, WithdrawalEvent

_COUNTS = [State.REFUNDED.value, *(state.value for state in OPEN)]


def ref_of_key(session: Session, client_key: str) -> str | None:
    """Give the ref of what a page declared, where it has."""
    return session.scalar(select(Withdrawal.ref).where(Withdrawal.client_key == client_key))


def declare(session: Session, values: dict[str, Any], actor: Actor, now: datetime) -> bool:
    """Keep a declaration and the first line of its history; tell whether it is new, by its client key."""
    keeping = insert(Withdrawal).values(values).on_conflict_do_nothing(index_elements=[Withdrawal.client_key])
    key = session.execute(keeping.returning(Withdrawal.id)).scalar_one_or_none()
    if key is not None:
        session.add(_event(key, Move.DECLARE, None, State(values["state"]), actor, now, {}))
    return key is not None


def found(session: Session, ref: str) -> Withdrawal | None:
    """Find a withdrawal by its ref."""
    return session.scalars(select(Withdrawal).where(Withdrawal.ref == ref)).one_or_none()


def hold(session: Session, ref: str) -> Withdrawal:
    """Lock a withdrawal, after its order and whoever works on it."""
    asked = select(Withdrawal).where(Withdrawal.ref == ref).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def move(
    session: Session, withdrawal: Withdrawal, what: Move, *, actor: Actor, now: datetime, **detail: str | None
) -> None:
    """Move a withdrawal and append the event; whatever is done needs nobody any more. Raises IllegalMove."""
    before = State(withdrawal.state)
    after = next_state(before, what)
    withdrawal.state = after.value
    withdrawal.version += 1
    if after not in OPEN:
        withdrawal.due_at = None
    session.add(_event(withdrawal.id, what, before, after, actor, now, detail))


def _event(
    key: int, what: Move, before: State | None, after: State, actor: Actor, now: datetime, detail: dict[str, str | None]
) -> WithdrawalEvent:
    return WithdrawalEvent(
        withdrawal_id=key,
        move=what.value,
        from_state=before.value if before else None,
        to_state=after.value,
        actor=str(actor),
        happened_at=now,
        detail={name: value for name, value in detail.items() if value is not None},
    )


def order_of(session: Session, withdrawal: Withdrawal) -> Order | None:
    """Find the order that was meant: of this number, and of whoever was signed in or else of this mailbox."""
    customer_id = customer_id_of(withdrawal.declared_by)
    asked = select(Order).join(Customer, Customer.id == Order.customer_id)
    whose = Customer.mailbox == withdrawal.mailbox if customer_id is None else Customer.id == customer_id
    return session.scalars(asked.where(Order.order_number == withdrawal.order_number, whose)).one_or_none()


def own_order(session: Session, order_number: str, customer_id: int) -> Order | None:
    """Find a customer's own order, with its customer."""
    asked = select(Order).where(Order.order_number == order_number, Order.customer_id == customer_id)
    return session.scalars(asked.options(joinedload(Order.customer))).one_or_none()


def goods_of(session: Session, order_id: int) -> list[Goods]:
    """Tell of each line of an order when its goods came, and of those that were sent again when these did."""
    # What came counts even where it was not right: the customer has it in hand.
    stands = or_(Replacement.not_right_at.is_(None), Replacement.delivered_at.is_not(None))
    live = and_(Replacement.state != "refused", stands)
    asked = (
        select(Shipment.delivered_at, Replacement.created_at, Replacement.delivered_at)
        .join(OrderLine, OrderLine.shipment_id == Shipment.id)
        .outerjoin(ClaimLine, ClaimLine.order_line_id == OrderLine.id)
        .outerjoin(Replacement, and_(Replacement.claim_line_id == ClaimLine.id, live))
        .where(OrderLine.order_id == order_id)
    )
    return [Goods(*row) for row in session.execute(asked)]


def sent_again_of(session: Session, order_id: int) -> list[datetime | None]:
    """Tell of each parcel that was sent again for an order when it came."""
    return [one.again_came_at for one in goods_of(session, order_id) if one.sent_again_at is not None]


def before(session: Session, withdrawal: Withdrawal, order_id: int) -> list[Withdrawal]:
    """List what was declared of an order before, and still counts."""
    asked = select(Withdrawal).where(
        Withdrawal.order_id == order_id, Withdrawal.id < withdrawal.id, Withdrawal.state.in_(_COUNTS)
    )
    return list(session.scalars(asked.order_by(Withdrawal.id)))


def of_orders(session: Session, order_ids: Sequence[int]) -> dict[int, list[Withdrawal]]:
    """List, by order, what was declared, oldest first; what only repeats another is left out."""
    asked = select(Withdrawal).where(
        Withdrawal.order_id.in_(order_ids), Withdrawal.state.in_([*_COUNTS, State.ANSWERED.value])
    )
    by_order: dict[int, list[Withdrawal]] = defaultdict(list)
    for one in session.scalars(asked.order_by(Withdrawal.id)):
        by_order[one.order_id or 0].append(one)
    return by_order


def events(session: Session, withdrawal_id: int) -> list[WithdrawalEvent]:
    """List the history of a withdrawal, oldest first."""
    asked = select(WithdrawalEvent).where(WithdrawalEvent.withdrawal_id == withdrawal_id)
    return list(session.scalars(asked.order_by(WithdrawalEvent.id)))


def letters_of(session: Session, ref: str) -> list[Letter]:
    """List the letters of a withdrawal, oldest first."""
    asked = select(Letter).where(Letter.subject_ref == ref, Letter.claim_id.is_(None))
    return list(session.scalars(asked.order_by(Letter.id)))


def letters_to_send(session: Session, ref: str) -> list[Letter]:
    """Hold the letters of a withdrawal that have not left against a second worker, oldest first."""
    asked = select(Letter).where(Letter.subject_ref == ref, Letter.claim_id.is_(None), Letter.state == "queued")
    return list(session.scalars(asked.order_by(Letter.id).with_for_update(skip_locked=True)))


def letters_left(session: Session, ref: str) -> int:
    """Count the letters of a withdrawal that have not left, whoever holds them."""
    asked = select(func.count()).select_from(Letter).where(Letter.subject_ref == ref, Letter.claim_id.is_(None))
    return session.scalar(asked.where(Letter.state == "queued")) or 0


@dataclass(frozen=True, slots=True)
class Due:
    """A withdrawal that needs somebody, as its queue shows it."""

    ref: str
    state: str
    standing: str | None
    order_number: str
    mailbox: str
    declared_at: datetime
    refund_by: datetime
    due_at: datetime


def due(session: Session, after: tuple[datetime, str] | None, *, limit: int) -> list[Due]:
    """List what is to be done, the earliest first, after a place in the list."""
    columns = [getattr(Withdrawal, name) for name in Due.__dataclass_fields__]
    asked = select(*columns).where(Withdrawal.due_at.is_not(None))
    if after is not None:
        asked = asked.where(tuple_(Withdrawal.due_at, Withdrawal.ref) > after)
    rows = session.execute(asked.order_by(Withdrawal.due_at, Withdrawal.ref).limit(limit))
    return [Due(*row) for row in rows]


def count_due(session: Session, now: datetime) -> tuple[int, int]:
    """Count what is to be done, and what of it should have been done by now."""
    late = func.count().filter(Withdrawal.due_at < now)
    row = session.execute(select(func.count(), late).where(Withdrawal.due_at.is_not(None))).one()
    return row[0], row[1]


def refunding(session: Session, *, limit: int) -> list[str]:
    """Name withdrawals whose money is not promised yet though a claim carries it."""
    asked = select(Withdrawal.ref).where(Withdrawal.state == State.REFUNDING.value)
    return list(session.scalars(asked.order_by(Withdrawal.id).limit(limit)))


@dataclass(frozen=True, slots=True)
class Carrier:
    """How far the claim of a withdrawal is: the states of its lines, and by line the live offers as (ref, kind)."""

    claim_ref: str
    customer_id: int
    version: int
    lines: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def carrier(session: Session, claim_id: int) -> Carrier:
    """Tell how far the claim of a withdrawal is."""
    claim = session.get_one(Claim, claim_id)
    asked = (
        select(ClaimLine.id, ClaimLine.state, Offer.ref, Offer.kind)
        .outerjoin(Offer, (Offer.claim_line_id == ClaimLine.id) & (Offer.state == "live"))
        .where(ClaimLine.claim_id == claim_id)
        .order_by(ClaimLine.id, Offer.id)
    )
    states: dict[int, str] = {}
    offers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for line_id, state, ref, kind in session.execute(asked):
        states[line_id] = state
        if ref is not None:
            offers[line_id].append((ref, kind))
    lines = tuple((state, tuple(offers[line_id])) for line_id, state in states.items())
    return Carrier(claim.ref, claim.customer_id, claim.version, lines)


def claim_named(session: Session, claim_ref: str) -> tuple[int, int]:
    """Give key and version of a claim."""
    row = session.execute(select(Claim.id, Claim.version).where(Claim.ref == claim_ref)).one()
    return row[0], row[1]
