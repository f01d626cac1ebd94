"""Orders: found, held, and loaded whole with what has already gone back of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.problems import Problem
from portal.domain.refunds import DEAD
from portal.records.tables.claims import Claim, ClaimLine, ClaimUnit
from portal.records.tables.orders import Order, OrderLine, Payment
from portal.records.tables.remedies import Refund

_DEAD = [state.value for state in DEAD]
# More than any rule counts to.
_MOST_EARLIER = 100


@dataclass(frozen=True, slots=True)
class Dossier:
    """An order whole: its lines with their shipments, its payments, what is spoken for and what has gone back.

    spent: minor units by payment id, live refunds only. taken: unit numbers by line id that a live claim speaks for,
    claim_of: ref of that claim by (line id, unit). charge_claimed: one of them is about what was charged.
    earlier_claims: when this customer reported before, on any order.
    """

    order: Order
    lines: list[OrderLine]
    payments: list[Payment]
    spent: dict[int, int]
    taken: dict[int, frozenset[int]]
    claim_of: dict[tuple[int, int], str]
    charge_claimed: bool
    earlier_claims: list[datetime]


def owned(session: Session, order_number: str, customer_id: int) -> Order | None:
    """Find a customer's own order."""
    asked = select(Order).where(Order.order_number == order_number, Order.customer_id == customer_id)
    return session.scalars(asked.options(joinedload(Order.customer))).one_or_none()


def hold_owned(session: Session, order_number: str, customer_id: int) -> Order | None:
    """Lock a customer's own order, and give it with its customer."""
    asked = select(Order).where(Order.order_number == order_number, Order.customer_id == customer_id)
    held = asked.options(joinedload(Order.customer, innerjoin=True)).with_for_update(of=Order)
    return session.scalars(held.execution_options(populate_existing=True)).one_or_none()


def hold(session: Session, order_id: int) -> Order:
    """Lock an order: the first lock of every change to its claims, remedies and refunds."""
    asked = select(Order).where(Order.id == order_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def load(session: Session, order: Order, *, since: datetime) -> Dossier:
    """Load an order whole. since: how far back earlier claims are looked for. Four queries, however long the order."""
    lines = list(
        session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order.id)
            .options(joinedload(OrderLine.shipment, innerjoin=True))
            .order_by(OrderLine.line_number)
        )
    )
    payments = payments_with_spent(session, order.id)
    units = _units_spoken_for(session, lines)
    taken: dict[int, set[int]] = defaultdict(set)
    for line_id, unit, _, _ in units:
        taken[line_id].add(unit)
    return Dossier(
        order=order,
        lines=lines,
        payments=[payment for payment, _ in payments],
        spent={payment.id: spent for payment, spent in payments},
        taken={line_id: frozenset(numbers) for line_id, numbers in taken.items()},
        claim_of={(line_id, unit): ref for line_id, unit, ref, _ in units},
        charge_claimed=any(problem == Problem.CHARGED_WRONGLY for _, _, _, problem in units),
        earlier_claims=_earlier_claims(session, order, since),
    )


def payments_with_spent(session: Session, order_id: int) -> list[tuple[Payment, int]]:
    """List the payments of an order, each with the minor units of its live refunds."""
    spent = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.payment_id == Payment.id, Refund.state.not_in(_DEAD))
        .scalar_subquery()
    )
    asked = select(Payment, spent).where(Payment.order_id == order_id).order_by(Payment.sequence)
    return [(payment, int(minor)) for payment, minor in session.execute(asked)]


def _units_spoken_for(session: Session, lines: list[OrderLine]) -> list[tuple[int, int, str, str]]:
    asked = (
        select(ClaimUnit.order_line_id, ClaimUnit.unit, Claim.ref, ClaimLine.problem)
        .join(ClaimLine, ClaimLine.id == ClaimUnit.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimUnit.live, ClaimUnit.order_line_id.in_([line.id for line in lines]))
    )
    return [(line_id, unit, ref, problem) for line_id, unit, ref, problem in session.execute(asked)]


def _earlier_claims(session: Session, order: Order, since: datetime) -> list[datetime]:
    asked = (
        select(Claim.created_at)
        .where(Claim.customer_id == order.customer_id, Claim.created_at >= since, Claim.state != "withdrawn")
        .order_by(Claim.created_at)
        .limit(_MOST_EARLIER)
    )
    return list(session.scalars(asked))


def after(session: Session, order_id: int, *, limit: int) -> list[Order]:
    """List orders by their keys, after one, to walk through all of them."""
    return list(session.scalars(select(Order).where(Order.id > order_id).order_by(Order.id).limit(limit)))


def payments_of(session: Session, order_id: int) -> list[Payment]:
    """List the payments of an order; those that the session holds already are not read again from their rows."""
    return list(session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.sequence)))


def of_customer(session: Session, customer_id: int, *, limit: int, offset: int) -> list[Order]:
    """List a customer's orders, newest first, with their lines and shipments."""
    asked = (
        select(Order)
        .where(Order.customer_id == customer_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
        .offset(offset)
    )
    orders = list(session.scalars(asked))
    by_id = {order.id: order for order in orders}
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id.in_(by_id))
        .options(joinedload(OrderLine.shipment))
        .order_by(OrderLine.order_id, OrderLine.line_number)
    )
    grouped: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        grouped[line.order_id].append(line)
    for order in orders:
        _fill(order, grouped[order.id])
    return orders


def _fill(order: Order, lines: list[OrderLine]) -> None:
    """Give an order the lines that one query loaded for the whole page."""
    state = order.__dict__
    state["lines"] = lines
