"""Look at a declaration: find its order, tell whether it is in time, and accept it or hand it to a person."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.withdrawal import (
    CLEAR,
    GOODS_BACK_WITHIN,
    WITHDRAWAL,
    Move,
    Period,
    Standing,
    State,
    period_of,
)
from portal.records import orders, outbox, withdrawals
from portal.records.sessions import Session
from portal.records.tables.orders import Order
from portal.records.tables.withdrawals import Withdrawal
from portal.services.declare_withdrawal import FOLLOW, leave_letter
from portal.services.toolkit import Toolkit, tried_again

# What the shop says of an order of which no parcel is on its way any more.
OVER = frozenset({"delivered", "canceled", "unavailable"})


@tried_again
def look_at_withdrawal(toolkit: Toolkit, *, withdrawal_ref: str) -> None:
    """Compare a declaration with the order that it names; what was looked at before changes nothing."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        asked = withdrawals.found(session, withdrawal_ref)
        if asked is None or asked.state != State.RECEIVED:
            return
        order = withdrawals.order_of(session, asked)
        if order is not None:
            orders.hold(session, order.id)
        withdrawal = withdrawals.hold(session, withdrawal_ref)
        if withdrawal.state != State.RECEIVED:
            return
        if order is None:
            withdrawal.standing = Standing.NO_ORDER.value
            withdrawals.move(session, withdrawal, Move.HAND_OVER, actor=WITHDRAWAL, now=now, standing=Standing.NO_ORDER)
        else:
            connect(toolkit, session, withdrawal, order)
            _go_on(session, withdrawal, order, now)


def connect(toolkit: Toolkit, session: Session, withdrawal: Withdrawal, order: Order) -> None:
    """Say which order a withdrawal is about, and what the period says of it."""
    period = _period(toolkit, session, withdrawal, order)
    withdrawal.order_id = order.id
    withdrawal.standing, withdrawal.period_ends_on = period.standing.value, period.ends_on


def accept(session: Session, withdrawal: Withdrawal, actor: Actor, now: datetime) -> None:
    """Accept a withdrawal: the money is due within its time, and the customer is told."""
    withdrawals.move(session, withdrawal, Move.ACCEPT, actor=actor, now=now, standing=withdrawal.standing)
    withdrawal.due_at = withdrawal.refund_by
    leave_letter(session, "withdrawal_accepted", withdrawal.ref, withdrawal.mailbox, withdrawal.locale)
    outbox.defer(session, FOLLOW, withdrawal_ref=withdrawal.ref)


def send_by(withdrawal: Withdrawal) -> datetime | None:
    """Tell until when the goods are to be sent back; None where nothing has come yet."""
    has_come = withdrawal.standing != Standing.NOT_DELIVERED
    return withdrawal.declared_at + GOODS_BACK_WITHIN if has_come else None


def _go_on(session: Session, withdrawal: Withdrawal, order: Order, now: datetime) -> None:
    repeated = next(
        (one for one in withdrawals.before(session, withdrawal, order.id) if _covers(one, withdrawal)), None
    )
    if repeated is not None:
        withdrawal.repeats_id = repeated.id
        withdrawals.move(session, withdrawal, Move.REPEAT, actor=WITHDRAWAL, now=now, of=repeated.ref)
    elif withdrawal.standing in CLEAR and names_its_goods(withdrawal):
        accept(session, withdrawal, WITHDRAWAL, now)
    else:
        # Late, or not to be told by a machine: it is never dropped, a person answers.
        withdrawals.move(session, withdrawal, Move.HAND_OVER, actor=WITHDRAWAL, now=now, standing=withdrawal.standing)


def names_its_goods(withdrawal: Withdrawal) -> bool:
    """Tell whether nobody has to read which goods are meant: the whole order, or lines of it."""
    return not withdrawal.goods or bool(withdrawal.lines)


def _covers(earlier: Withdrawal, later: Withdrawal) -> bool:
    """Tell whether an earlier declaration says all that a later one does."""
    is_whole = not earlier.goods and not earlier.lines
    return is_whole or (earlier.goods, earlier.lines) == (later.goods, later.lines)


def _period(toolkit: Toolkit, session: Session, withdrawal: Withdrawal, order: Order) -> Period:
    return period_of(
        toolkit.withdrawal.days_for(order.market, order.ship_to_country),
        withdrawals.goods_of(session, order.id),
        is_over=order.status in OVER,
        declared_at=withdrawal.declared_at,
        zone=toolkit.zone,
        country=order.ship_to_country,
    )
