"""What a person does with a withdrawal: names its order, accepts it, notes that the goods are back, or answers."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.withdrawal import Move, State
from portal.records import decisions, order_search, orders, outbox, withdrawals
from portal.records.sessions import Session
from portal.records.tables.orders import Customer, Order
from portal.records.tables.people import StaffMember
from portal.records.tables.withdrawals import Withdrawal
from portal.services.declare_withdrawal import FOLLOW, leave_letter
from portal.services.look_at_withdrawal import accept, connect, names_its_goods
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """The page that was answered. version: the withdrawal as it showed it."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class Held:
    """A withdrawal that is held with its order, and the staff member who works on it."""

    withdrawal: Withdrawal
    order: Order | None
    member: StaffMember

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor.staff(self.member.id)


def hold_for(session: Session, page: WithdrawalPage, staff_id: int, *, again: State | None = None) -> Held:
    """Lock order, staff member and withdrawal, in this order.

    again: in this state the page may be out of date, because the act goes on where it stopped. Raises NotFound,
    NotAllowed (their own order, or no decider), MovedOn.
    """
    asked = withdrawals.found(session, page.ref)
    if asked is None:
        raise NotFound("no such withdrawal")
    order = orders.hold(session, asked.order_id) if asked.order_id is not None else None
    held = decisions.hold_staff(session, staff_id)
    if held is None or held[1].role not in DECIDES:
        raise NotAllowed("this account decides nothing")
    member = held[0]
    withdrawal = withdrawals.hold(session, page.ref)
    if withdrawal.version != page.version and withdrawal.state != again:
        raise MovedOn(page.ref)
    if withdrawal.order_id != (order.id if order else None):
        raise MovedOn(page.ref)
    if order is not None:
        order.customer = session.get_one(Customer, order.customer_id)
    if member.mailbox in {withdrawal.mailbox, order.customer.mailbox if order else ""}:
        raise NotAllowed("nobody decides their own withdrawal")
    return Held(withdrawal, order, member)


@tried_again
def connect_withdrawal(toolkit: Toolkit, *, staff_id: int, page: WithdrawalPage, order_number: str) -> None:
    """Say which order is meant, where number and mailbox did not go together. Raises NotFound, MovedOn, IllegalMove."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        order = order_search.by_number(session, order_number)
        if order is None:
            raise NotFound("no such order")
        held = hold_for(session, page, staff_id)
        if held.member.mailbox == order.customer.mailbox:
            raise NotAllowed("nobody decides their own withdrawal")
        withdrawals.move(session, held.withdrawal, Move.CONNECT, actor=held.actor, now=now, order=order.order_number)
        connect(toolkit, session, held.withdrawal, order)


@tried_again
def accept_withdrawal(
    toolkit: Toolkit, *, staff_id: int, page: WithdrawalPage, lines: tuple[tuple[int, int], ...] = ()
) -> None:
    """Accept a withdrawal of an order that is known. lines: which goods are meant, where words said it.

    Raises NotFound, NotAllowed, MovedOn (its order is not known, or nobody said which goods), IllegalMove.
    """
    now = toolkit.now()
    with toolkit.transaction() as session:
        held = hold_for(session, page, staff_id)
        if held.order is None:
            raise MovedOn(page.ref)
        if lines:
            held.withdrawal.lines = [{"line": number, "quantity": quantity} for number, quantity in lines]
        if not names_its_goods(held.withdrawal):
            raise MovedOn(page.ref)
        accept(session, held.withdrawal, held.actor, now)


@tried_again
def note_goods_back(toolkit: Toolkit, *, staff_id: int, page: WithdrawalPage) -> None:
    """Note that the goods are back, so that nothing holds the money any more. Raises as the others do."""
    now: datetime = toolkit.now()
    with toolkit.transaction() as session:
        held = hold_for(session, page, staff_id)
        withdrawals.move(session, held.withdrawal, Move.GOODS_CAME, actor=held.actor, now=now)


@tried_again
def answer_withdrawal(toolkit: Toolkit, *, staff_id: int, page: WithdrawalPage, words: str) -> None:
    """Answer in own words, by mail, and close it. Raises as the others do."""
    now = toolkit.now()
    with toolkit.transaction() as session:
        held = hold_for(session, page, staff_id)
        withdrawal = held.withdrawal
        withdrawals.move(session, withdrawal, Move.ANSWER, actor=held.actor, now=now)
        withdrawal.answer = words
        leave_letter(
            session,
            "withdrawal_answered",
            withdrawal.ref,
            withdrawal.mailbox,
            withdrawal.locale,
            staff_name=held.member.name,
        )
        outbox.defer(session, FOLLOW, withdrawal_ref=withdrawal.ref)
