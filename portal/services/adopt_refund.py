"""Adopt a refund that somebody made at the provider itself: once, so that what is left of its payment is right."""

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.errors import AmendsError, IllegalMove
from portal.domain.money import Money
from portal.domain.ports import RefundAnswer
from portal.domain.refs import new_ref
from portal.domain.refunds import AT_REST, DEAD, RefundState, from_provider, next_refund_state
from portal.domain.troubles import TroubleKind
from portal.records import books, provider_money, remedies, troubles
from portal.records.sessions import Session
from portal.records.tables.orders import Payment
from portal.records.tables.provider import ExternalRefund
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again


class NoRoomLeft(AmendsError):
    """A refund cannot fit beside what is known to have gone back of its payment: some of that came back unheard."""

    def __init__(self, payment: Payment) -> None:
        """Keep of which payment the list has to be read."""
        super().__init__(payment.ref)
        self.payment_ref, self.account = certain(payment.provider_ref, "it was found by it"), payment.provider_account


@tried_again
def adopt_refund(toolkit: Toolkit, answer: RefundAnswer, actor: Actor, *, all_read: bool) -> str:
    """Keep a refund that is not ours as the provider has it now, book it, and tell staff; say what came of it.

    The same again changes nothing. A refund of ours, or on a payment that is not ours, is left. all_read: whether what
    else the provider holds of the payment was just read and settled; where not, it raises NoRoomLeft for too much.
    """
    with toolkit.transaction() as session:
        payment = provider_money.payment_of(session, answer.payment_refs)
        if payment is None:
            return "a refund that is not ours"
        order, now = provider_money.hold_order(session, payment), toolkit.now()
        # Not before: a person may say that it is ours meanwhile, and they hold the order as they do.
        if remedies.refund_ref(session, answer) is not None:
            return "a refund of ours"
        found = provider_money.external_refund(session, answer.provider_ref)
        told = from_provider(answer.state)
        if found is None and not all_read:
            _check_room(session, payment, answer, told)
        before = RefundState(found.state) if found else None
        try:
            after = told if before is None else next_refund_state(before, told)
        except IllegalMove as error:
            return str(error)[:80]
        external = found or _new(answer, payment.id)
        external.state, external.reason, external.looked_at = after.value, answer.reason, now
        if found is None:
            external.adopted_at = now
            session.add(external)
        if after is not before:
            external.settled_at = now if after in AT_REST else None
            about = journal.About(None, {"order": order.order_number, "market": order.market})
            troubles.close_about(session, [TroubleKind.REFUND_UNSEEN], subject=external.ref, actor=str(actor), now=now)
            books.record_all(session, _entries(external, before, about), actor=actor, now=now, zone=toolkit.zone)
        if found is None:
            open_trouble(
                session,
                TroubleKind.REFUNDED_ELSEWHERE,
                subject=external.ref,
                now=now,
                claim_id=provider_money.newest_claim_id(session, order.id),
                order=order.order_number,
                provider_ref=external.provider_ref,
                amount_minor=external.amount_minor,
                currency=external.currency,
            )
        return f"refunded elsewhere: {after.value}"


def _check_room(session: Session, payment: Payment, answer: RefundAnswer, told: RefundState) -> None:
    if told in DEAD:
        return
    if provider_money.gone_back(session, payment.id) + answer.amount.minor > payment.amount_minor:
        raise NoRoomLeft(payment)


def _new(answer: RefundAnswer, payment_id: int) -> ExternalRefund:
    return ExternalRefund(
        ref=new_ref("XRF", 10),
        payment_id=payment_id,
        provider_ref=answer.provider_ref,
        amount_minor=answer.amount.minor,
        currency=answer.amount.currency,
    )


def _entries(external: ExternalRefund, before: RefundState | None, about: journal.About) -> list[journal.Entry]:
    amount = Money(external.amount_minor, external.currency)
    if external.state == RefundState.SUCCEEDED:
        return [journal.refunded_elsewhere(external.ref, amount, about)]
    if before is RefundState.SUCCEEDED:
        return [journal.refund_elsewhere_failed(external.ref, amount, about)]
    return []
