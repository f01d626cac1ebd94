"""Orders as staff look for them: by their number, or by the mailbox of their customer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.money import Money
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Customer, Order

_CLAIMS = select(Claim.ref).where(Claim.order_id == Order.id).order_by(Claim.id.desc()).scalar_subquery()


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order that was looked for, with the refs of its claims, newest first."""

    order_number: str
    placed_at: datetime
    customer_name: str
    mailbox: str
    value: Money
    claims: tuple[str, ...]


def found(session: Session, order_number: str, mailbox: str | None, *, limit: int) -> list[FoundOrder]:
    """List the order of exactly this number and those of exactly this mailbox, newest first, in one query."""
    asked = (
        select(Order, Customer.mailbox, func.array(_CLAIMS))
        .join(Customer, Customer.id == Order.customer_id)
        .where((Order.order_number == order_number) | (Customer.mailbox == mailbox))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return [
        FoundOrder(
            order_number=order.order_number,
            placed_at=order.placed_at,
            customer_name=order.customer_name,
            mailbox=known_mailbox,
            value=Money(order.payments_total_minor, order.currency),
            claims=tuple(refs),
        )
        for order, known_mailbox, refs in session.execute(asked)
    ]


def by_number(session: Session, order_number: str) -> Order | None:
    """Find an order of any customer, with its customer: for staff."""
    asked = select(Order).where(Order.order_number == order_number).options(joinedload(Order.customer))
    return session.scalars(asked).one_or_none()
