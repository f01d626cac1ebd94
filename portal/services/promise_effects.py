"""The effects of one remedy: refunds to payments, store credit, a replacement. They add up to the remedy."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import Actor
from portal.domain.journal import About
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.ports import Address
from portal.domain.refs import new_ref
from portal.domain.refunds import Purse, RefundState
from portal.records import orders, outbox, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Remedy, Replacement
from portal.services.read_order import capacity_of


class OrderPurse:
    """The purse of a held order, read from its payments when the first refund asks for them."""

    def __init__(self, session: Session, claim: Claim) -> None:
        """Know whose payments they are."""
        self._session, self._claim = session, claim
        self._purse: Purse | None = None
        self._payments: dict[int, Payment] = {}

    def plan(self, amount: Money) -> tuple[tuple[tuple[Payment, Money], ...], Money]:
        """Plan a refund and take its parts out: what goes to which payment, and what comes as credit."""
        if self._purse is None:
            found = orders.payments_with_spent(self._session, self._claim.order_id)
            self._payments = {payment.id: payment for payment, _ in found}
            self._purse = Purse([capacity_of(payment, spent) for payment, spent in found if payment.captured_at])
        plan = self._purse.plan(amount)
        return tuple((self._payments[payment_id], part) for payment_id, part in plan.to_payments), plan.as_credit


@dataclass(frozen=True, slots=True)
class Promise:
    """A remedy that is promised, with the parts of it that go back to payments."""

    remedy: Remedy
    line: ClaimLine
    refunds: tuple[tuple[Payment, Money], ...]


def promise(
    session: Session, claim: Claim, line: ClaimLine, offer: Offer, purse: OrderPurse, *, actor: Actor, now: datetime
) -> Promise:
    """Freeze a remedy and how it is split. Order and claim are held; ``leave_effects`` follows after a flush."""
    remedy = _remedy(claim, line, offer, actor, now)
    refunds: tuple[tuple[Payment, Money], ...] = ()
    if remedy.kind == RemedyKind.REFUND:
        # What no card can take comes back as credit, so that the effects always add up to the remedy.
        refunds, as_credit = purse.plan(Money(remedy.amount_minor, remedy.currency))
        remedy.credit_minor = as_credit.minor
    elif remedy.kind == RemedyKind.STORE_CREDIT:
        remedy.credit_minor = remedy.amount_minor
    session.add(remedy)
    return Promise(remedy, line, refunds)


def leave_effects(session: Session, claim: Claim, promised: Promise, *, address: Address, now: datetime) -> None:
    """Write the frozen effects of a promise, and leave the job that carries them out."""
    remedy = promised.remedy
    outbox.follow(session, claim.ref)
    if promised.refunds:
        _leave_refunds(session, claim, promised, now)
    if remedy.kind == RemedyKind.REPLACEMENT:
        _leave_goods(session, promised.line, remedy, address, now)


def about(claim: Claim, remedy: Remedy) -> About:
    """Say what an entry of the book is about."""
    return About(claim.ref, remedy.dimensions)


def _remedy(claim: Claim, line: ClaimLine, offer: Offer, actor: Actor, now: datetime) -> Remedy:
    shipment = line.order_line.shipment
    return Remedy(
        ref=new_ref("RMD", 10),
        claim_id=claim.id,
        claim_line_id=line.id,
        offer_id=offer.id,
        kind=offer.kind,
        state="promised",
        amount_minor=offer.amount_minor,
        bonus_minor=offer.bonus_minor,
        credit_minor=0,
        currency=offer.currency,
        policy_class=offer.policy_class,
        accepted_by=str(actor),
        promised_at=now,
        dimensions={
            "remedy": offer.kind,
            "problem": line.problem,
            "stage": line.stage,
            "rule": line.verdict["rule_key"],
            "policy_version": str(claim.policy_version_id),
            "vendor": line.order_line.vendor,
            "category": line.order_line.category,
            "sku": line.order_line.sku,
            "carrier": shipment.carrier,
            "lane": f"{shipment.vendor_region}→{claim.order.ship_to_region}",
            "market": claim.order.market,
            "order": claim.order.order_number,
        },
    )


def _leave_refunds(session: Session, claim: Claim, promised: Promise, now: datetime) -> None:
    rows = [_refund_row(claim, promised.remedy, payment, amount, now) for payment, amount in promised.refunds]
    remedies.add_refunds(session, rows)


def _refund_row(claim: Claim, remedy: Remedy, payment: Payment, amount: Money, now: datetime) -> dict[str, Any]:
    ref = new_ref("RFD", 12)
    return {
        "ref": ref,
        "remedy_id": remedy.id,
        "payment_id": payment.id,
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "state": RefundState.REQUESTED.value,
        "created_at": now,
        "request": {
            "key": ref,
            "payment_ref": payment.provider_ref,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "account": payment.provider_account,
            "metadata": {"claim": claim.ref, "remedy": remedy.ref},
        },
    }


def _leave_goods(session: Session, line: ClaimLine, remedy: Remedy, address: Address, now: datetime) -> None:
    ref, unit_cost = new_ref("RPL", 10), line.order_line.unit_cost_minor
    session.add(
        Replacement(
            ref=ref,
            remedy_id=remedy.id,
            claim_line_id=line.id,
            quantity=line.quantity,
            address=asdict(address),
            state="requested",
            cost_minor=None if unit_cost is None else unit_cost * line.quantity,
            created_at=now,
        )
    )
