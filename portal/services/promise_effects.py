"""The effects of one remedy: refunds to payments, store credit, a replacement. They add up to the remedy."""

from dataclasses import asdict, replace
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.journal import About
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.ports import Address
from portal.domain.refs import new_ref
from portal.domain.refunds import Capacity, RefundPlan, RefundState, plan_refund
from portal.records import orders, outbox
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.remedies import Refund, Remedy, Replacement


class Purse:
    """What the payments of an order can still take back, while several remedies of one transaction draw on it."""

    def __init__(self, capacities: list[Capacity]) -> None:
        """Start with what the order was read to have."""
        self._capacities = capacities

    def plan(self, amount: Money) -> RefundPlan:
        """Plan a refund and take its parts out."""
        plan = plan_refund(amount, self._capacities)
        parts = dict(plan.to_payments)
        self._capacities = [
            replace(capacity, left=capacity.left - parts[capacity.payment_id])
            if capacity.payment_id in parts
            else capacity
            for capacity in self._capacities
        ]
        return plan


def promise_effects(
    session: Session,
    claim: Claim,
    line: ClaimLine,
    offer: Offer,
    *,
    actor: Actor,
    now: datetime,
    address: Address,
    purse: Purse,
) -> Remedy:
    """Freeze a remedy with its effects, and leave the job of each. The order and the claim are held."""
    remedy = _remedy(claim, line, offer, actor, now)
    session.add(remedy)
    session.flush()
    if remedy.kind == RemedyKind.REFUND:
        _promise_refunds(session, claim, remedy, purse, now)
    elif remedy.kind == RemedyKind.STORE_CREDIT:
        remedy.credit_minor = remedy.amount_minor
    else:
        _promise_goods(session, line, remedy, address)
    if remedy.credit_minor or remedy.bonus_minor:
        outbox.defer(session, "remedies.issue_credit", lock=claim.ref, remedy_ref=remedy.ref)
    session.flush()
    return remedy


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


def _promise_refunds(session: Session, claim: Claim, remedy: Remedy, purse: Purse, now: datetime) -> None:
    plan = purse.plan(Money(remedy.amount_minor, remedy.currency))
    payments = {payment.id: payment for payment in orders.payments_of(session, claim.order_id)}
    for payment_id, amount in plan.to_payments:
        payment, ref = payments[payment_id], new_ref("RFD", 12)
        session.add(
            Refund(
                ref=ref,
                remedy_id=remedy.id,
                payment_id=payment_id,
                amount_minor=amount.minor,
                currency=amount.currency,
                state=RefundState.REQUESTED.value,
                created_at=now,
                request={
                    "key": ref,
                    "payment_ref": payment.provider_ref,
                    "amount_minor": amount.minor,
                    "currency": amount.currency,
                    "account": payment.provider_account,
                    "metadata": {"claim": claim.ref, "remedy": remedy.ref},
                },
            )
        )
        outbox.defer(session, "refunds.send", refund_ref=ref)
    # What no card can take comes back as credit, so that the effects always add up to the remedy.
    remedy.credit_minor = plan.as_credit.minor


def _promise_goods(session: Session, line: ClaimLine, remedy: Remedy, address: Address) -> None:
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
        )
    )
    outbox.defer(session, "replacements.send", replacement_ref=ref)
