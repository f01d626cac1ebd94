"""Follow a dispute: keep it as the provider has it now, book what was lost, and open the way again after a win."""

from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.disputes import BLOCKING, CLOSED, LOST, next_dispute_state
from portal.domain.journal import Entry
from portal.domain.money import Money
from portal.domain.ports import DisputeAnswer
from portal.domain.refs import new_ref
from portal.domain.troubles import TroubleKind
from portal.records import books, provider_money, troubles
from portal.records.sessions import Session
from portal.records.tables.orders import Order, Payment
from portal.records.tables.provider import Dispute
from portal.services.offer_refund_again import offer_refund_again
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again


def follow_dispute(toolkit: Toolkit, answer: DisputeAnswer, actor: Actor) -> str:
    """Record what the provider says of a dispute, in any order and any number of times; say what came of it."""
    said, payment_id, freed = _record(toolkit, answer, actor)
    if freed and payment_id is not None:
        with toolkit.reading() as session:
            waiting = provider_money.blocked_refs(session, payment_id)
        for refund_ref in waiting:
            offer_refund_again(toolkit, refund_ref=refund_ref, actor=actor)
    return said


@tried_again
def _record(toolkit: Toolkit, answer: DisputeAnswer, actor: Actor) -> tuple[str, int | None, bool]:
    with toolkit.transaction() as session:
        payment = provider_money.payment_of(session, answer.payment_refs)
        if payment is None:
            return "a dispute that is not ours", None, False
        order, now = provider_money.hold_order(session, payment), toolkit.now()
        found = provider_money.dispute(session, answer.provider_ref)
        before = found.state if found else None
        after = next_dispute_state(before, answer.state)
        row = found or _new(answer, payment.id)
        row.state, row.read_at = after, now
        if answer.state == after and before not in CLOSED:
            row.amount_minor = answer.amount.minor
        row.known_at = row.known_at or (now if after in BLOCKING else None)
        row.closed_at = row.closed_at or (now if after in CLOSED else None)
        if found is None:
            session.add(row)
        books.record_all(session, _entries(row, before, order), actor=actor, now=now, zone=toolkit.zone)
        _tell(session, row, payment, order, now)
        return f"dispute is {after}"[:80], payment.id, after in CLOSED and after != LOST


def _entries(row: Dispute, before: str | None, order: Order) -> list[Entry]:
    """Book what was lost, and what of it came back."""
    amount = Money(row.amount_minor, row.currency)
    about = journal.About(None, {"order": order.order_number, "market": order.market})
    if row.state == LOST and before != LOST:
        return [journal.dispute_lost(row.ref, amount, about)]
    return [journal.dispute_reversed(row.ref, amount, about)] if before == LOST and row.state != LOST else []


def _tell(session: Session, row: Dispute, payment: Payment, order: Order, now: datetime) -> None:
    """Tell a person of what is disputed beside a claim that is open; a win needs nobody any more."""
    if row.state in CLOSED and row.state != LOST:
        actor = str(Actor.system("stripe"))
        troubles.close_about(
            session, [TroubleKind.PAYMENT_DISPUTED], subject=payment.provider_ref or payment.ref, actor=actor, now=now
        )
        return
    claim = provider_money.open_claim(session, order.id)
    if claim is None:
        return
    open_trouble(
        session,
        TroubleKind.PAYMENT_DISPUTED,
        subject=payment.provider_ref or payment.ref,
        now=now,
        claim_id=claim.id,
        order=order.order_number,
        state=row.state,
        amount_minor=row.amount_minor,
        currency=row.currency,
    )


def _new(answer: DisputeAnswer, payment_id: int) -> Dispute:
    return Dispute(
        ref=new_ref("DSP", 10),
        payment_id=payment_id,
        provider_ref=answer.provider_ref,
        currency=answer.amount.currency,
        amount_minor=answer.amount.minor,
        opened_at=answer.opened_at,
    )
