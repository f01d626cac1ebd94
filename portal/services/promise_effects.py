"""The effects of one remedy: refunds to payments, store credit, a replacement. They add up to the remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import Actor
from portal.domain.entitlement import Given, from_document, split_given, sum_of, to_document
from portal.domain.errors import AboveEntitlement, NotLeft
from portal.domain.journal import About
from portal.domain.money import Money
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.ports import Address
from portal.domain.refs import new_ref
from portal.domain.refunds import Purse, RefundState
from portal.domain.stock import Shelves
from portal.records.acceptances import Held, Promise
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Refund, Remedy, Replacement
from portal.services.order_entitlement import entitlement_in, left_for, wanted_by
from portal.services.read_order import capacity_of


class OrderPurse:
    """The purse of a held order: what its payments can still take back."""

    def __init__(self, payments: Sequence[tuple[Payment, int]]) -> None:
        """Fill it. payments: each with the minor units of its live refunds."""
        self._payments = {payment.id: payment for payment, _ in payments}
        self._purse = Purse([capacity_of(payment, spent) for payment, spent in payments if payment.captured_at])

    def plan(self, amount: Money) -> tuple[tuple[tuple[Payment, Money], ...], Money]:
        """Plan a refund and take its parts out: what goes to which payment, and what comes as credit."""
        plan = self._purse.plan(amount)
        return tuple((self._payments[payment_id], part) for payment_id, part in plan.to_payments), plan.as_credit


class OrderShare:
    """What the units of a held order can still give back."""

    def __init__(self, held: Held) -> None:
        """Read it from what the order was paid with, and what has gone back."""
        self._entitlement = entitlement_in(held.money, held.claim.order.currency)
        self._money = held.money

    def take(self, line: ClaimLine, offer: Offer) -> Given:
        """Take what an offer gives out of its units; goods and gifts take nothing. Raises NotLeft."""
        is_gift = offer.kind == RemedyKind.STORE_CREDIT and offer.policy_class == PolicyClass.GOODWILL
        if offer.kind == RemedyKind.REPLACEMENT:
            self._check_goods(line, offer)
        if is_gift or offer.kind == RemedyKind.REPLACEMENT:
            return {}
        units, undecided = self._money.units[line.id], self._money.undecided
        try:
            wanted = wanted_by(offer, self._entitlement, line, self._money)
            return self._entitlement.take(line.order_line_id, units, wanted, spoken_for=undecided)
        except AboveEntitlement as error:
            raise NotLeft(offer.ref) from error

    def _check_goods(self, line: ClaimLine, offer: Offer) -> None:
        """Raise NotLeft for goods beside money that went back for them before. Goods alone take nothing."""
        given = sum(self._entitlement.given_for(line.order_line_id, unit).total for unit in self._money.units[line.id])
        if given and offer.amount_minor > left_for(self._entitlement, line, self._money):
            raise NotLeft(offer.ref)


@dataclass(frozen=True, slots=True)
class Taking:
    """A choice that is being carried out: who made it, when, and what it draws on. address: of goods sent again."""

    claim: Claim
    purse: OrderPurse
    share: OrderShare
    shelves: Shelves
    address: Address
    actor: Actor
    now: datetime


def promise(taking: Taking, line: ClaimLine, offer: Offer) -> Promise:
    """Freeze a remedy, how it is split, and its effects. Order, shelves and claim are held. Raises OutOfStock."""
    remedy = _remedy(taking.claim, line, offer, taking.actor, taking.now)
    given = taking.share.take(line, offer)
    refunds: tuple[tuple[Payment, Money], ...] = ()
    goods: tuple[Replacement, ...] = ()
    if remedy.kind == RemedyKind.REFUND:
        # What no card can take comes back as credit, so that the effects always add up to the remedy.
        refunds, as_credit = taking.purse.plan(Money(remedy.amount_minor, remedy.currency))
        remedy.credit_minor = as_credit.minor
    elif remedy.kind == RemedyKind.STORE_CREDIT:
        remedy.credit_minor = remedy.amount_minor
    else:
        goods = (_goods(taking, line),)
    as_credit_minor = remedy.credit_minor if given else 0
    *of_refunds, of_credit = split_given(given, [*(part.minor for _, part in refunds), as_credit_minor])
    remedy.credit_parts = to_document(of_credit)
    remedy.dimensions = {**remedy.dimensions, "tax_minor": str(sum_of(given).taxes)}
    return Promise(
        line=line,
        remedy=remedy,
        refunds=tuple(
            _refund(taking.claim, remedy, payment, amount, parts, taking.now)
            for (payment, amount), parts in zip(refunds, of_refunds, strict=True)
        ),
        goods=goods,
    )


def about(claim: Claim, remedy: Remedy, *, of: Mapping[str, Any] | None = None) -> About:
    """Say what an entry of the book is about. of: the parts of what it books, where that is not the whole remedy.

    What was promised before parts were kept has none, and its entries say of the tax what the remedy said.
    """
    if of is None:
        return About(claim.ref, remedy.dimensions)
    return About(claim.ref, {**remedy.dimensions, "tax_minor": str(sum_of(from_document(of)).taxes)})


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


def _refund(claim: Claim, remedy: Remedy, payment: Payment, amount: Money, given: Given, now: datetime) -> Refund:
    ref = new_ref("RFD", 12)
    return Refund(
        ref=ref,
        payment_id=payment.id,
        amount_minor=amount.minor,
        currency=amount.currency,
        state=RefundState.REQUESTED.value,
        parts=to_document(given),
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


def _goods(taking: Taking, line: ClaimLine) -> Replacement:
    what = line.order_line
    return Replacement(
        ref=new_ref("RPL", 10),
        claim_line_id=line.id,
        quantity=line.quantity,
        address=asdict(taking.address),
        state="requested",
        cost_minor=None if what.unit_cost_minor is None else what.unit_cost_minor * line.quantity,
        created_at=taking.now,
        stock_item_id=taking.shelves.take(what.sku, what.vendor, line.quantity),
    )
