"""Orders: found, held, and loaded whole with what has already gone back of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, DateTime, bindparam, func, select, text
from sqlalchemy.orm import Session, joinedload

from portal.domain.problems import Problem
from portal.domain.refunds import DEAD
from portal.records.tables.claims import Claim, ClaimLine, ClaimUnit
from portal.records.tables.orders import Order, OrderLine, Payment
from portal.records.tables.remedies import Refund

_DEAD = [state.value for state in DEAD]
# More than any rule counts to.
_MOST_EARLIER = 100

# Built once: building a statement costs more than asking it.
_LINES = (
    select(OrderLine)
    .where(OrderLine.order_id == bindparam("order_id"))
    .options(joinedload(OrderLine.shipment, innerjoin=True))
    .order_by(OrderLine.line_number)
)
_SPENT = (
    select(func.coalesce(func.sum(Refund.amount_minor), 0))
    .where(Refund.payment_id == Payment.id, Refund.state.not_in(_DEAD))
    .scalar_subquery()
)
_PAYMENTS = select(Payment, _SPENT).where(Payment.order_id == bindparam("order_id")).order_by(Payment.sequence)
_UNITS_SPOKEN_FOR = (
    select(
        func.coalesce(
            func.jsonb_agg(
                func.jsonb_build_array(ClaimUnit.order_line_id, ClaimUnit.unit, Claim.ref, ClaimLine.problem)
            ),
            text("'[]'::jsonb"),
        )
    )
    .join(OrderLine, OrderLine.id == ClaimUnit.order_line_id)
    .join(ClaimLine, ClaimLine.id == ClaimUnit.claim_line_id)
    .join(Claim, Claim.id == ClaimLine.claim_id)
    .where(ClaimUnit.live, OrderLine.order_id == bindparam("order_id"))
    .scalar_subquery()
)
_EARLIER_CLAIMS = (
    select(Claim.created_at)
    .where(
        Claim.customer_id == bindparam("customer_id"),
        Claim.created_at >= bindparam("since"),
        Claim.state != "withdrawn",
    )
    .order_by(Claim.created_at)
    .limit(_MOST_EARLIER)
    .scalar_subquery()
)
_ELSEWHERE = select(_UNITS_SPOKEN_FOR, func.array(_EARLIER_CLAIMS, type_=ARRAY(DateTime(timezone=True))))
_HOLD_OWNED = (
    select(Order)
    .where(Order.order_number == bindparam("order_number"), Order.customer_id == bindparam("customer_id"))
    .options(joinedload(Order.customer, innerjoin=True))
    .with_for_update(of=Order)
    .execution_options(populate_existing=True)
)


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


def hold_owned(session: Session, order_number: str, customer_id: int) -> Order | None:
    """Lock a customer's own order, and give it with its customer."""
    asked = {"order_number": order_number, "customer_id": customer_id}
    return session.execute(_HOLD_OWNED, asked).scalar_one_or_none()


def hold(session: Session, order_id: int) -> Order:
    """Lock an order: the first lock of every change to its claims, remedies and refunds."""
    asked = select(Order).where(Order.id == order_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def load(session: Session, order: Order, *, since: datetime) -> Dossier:
    """Load an order whole. since: how far back earlier claims are looked for. Three queries, however long the order."""
    mine = {"order_id": order.id, "customer_id": order.customer_id, "since": since}
    lines = list(session.execute(_LINES, mine).scalars())
    payments = payments_with_spent(session, order.id)
    units, earlier_claims = session.execute(_ELSEWHERE, mine).one()
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
        earlier_claims=list(earlier_claims),
    )


def payments_with_spent(session: Session, order_id: int) -> list[tuple[Payment, int]]:
    """List the payments of an order, each with the minor units of its live refunds."""
    return [(payment, int(minor)) for payment, minor in session.execute(_PAYMENTS, {"order_id": order_id})]


def after(session: Session, order_id: int, *, limit: int) -> list[Order]:
    """List orders by their keys, after one, to walk through all of them."""
    return list(session.scalars(select(Order).where(Order.id > order_id).order_by(Order.id).limit(limit)))


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
