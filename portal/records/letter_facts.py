"""What a letter must be told, each in one query: letters are most of what the worker does."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.certainty import certain
from portal.domain.credit import HoldState
from portal.records.in_transaction import ask
from portal.records.rows_as_json import read, read_all
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.credit import CreditAccount, CreditHold, CreditLot, CreditMove
from portal.records.tables.orders import Order, OrderLine, Payment, Shipment
from portal.records.tables.remedies import Refund, Remedy, Replacement


class About(NamedTuple):
    """The claim that a letter is about, and how its order names the customer."""

    claim_ref: str
    customer_name: str | None
    order_id: int


class RefundFacts(NamedTuple):
    """A refund as it stands, and the card it goes back to."""

    amount_minor: int
    currency: str
    card_brand: str | None
    card_last4: str | None
    state: str


class CreditFacts(NamedTuple):
    """What a remedy granted, what its account has to spend, and the account's code under its seal."""

    currency: str
    granted: int
    balance: int
    code_sealed: str


class ParcelFacts(NamedTuple):
    """A replacement on its way."""

    title: str
    carrier: str | None
    tracking_number: str | None
    arrives_on: datetime | None


_ABOUT = (
    select(Claim.ref, Order.customer_name, Claim.order_id)
    .join(Order, Order.id == Claim.order_id)
    .where(Claim.ref == bindparam("ref"))
)
_CLAIM = """
SELECT row_to_json(c), row_to_json(o),
  (SELECT json_agg(json_build_object('line', l, 'order_line', ol, 'shipment', s) ORDER BY l.id)
     FROM claim_lines AS l JOIN order_lines AS ol ON ol.id = l.order_line_id
     JOIN shipments AS s ON s.id = ol.shipment_id
    WHERE l.claim_id = c.id),
  (SELECT json_agg(f ORDER BY f.id) FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    WHERE l.claim_id = c.id)
FROM claims AS c JOIN orders AS o ON o.id = c.order_id WHERE c.ref = %(ref)s
"""
_PROMISED = (
    select(Remedy, Offer)
    .join(Offer, Offer.id == Remedy.offer_id)
    .where(Remedy.ref.in_(bindparam("refs", expanding=True)))
    .order_by(Remedy.id)
)
_REFUND = (
    select(Refund.amount_minor, Refund.currency, Payment.card_brand, Payment.card_last4, Refund.state)
    .join(Payment, Payment.id == Refund.payment_id)
    .where(Refund.ref == bindparam("ref"))
)
_GRANTED = select(func.sum(CreditLot.amount_minor)).where(CreditLot.source == Remedy.ref).scalar_subquery()
_LEFT = (
    select(func.coalesce(func.sum(CreditMove.amount_minor), 0))
    .join(CreditLot, CreditLot.id == CreditMove.lot_id)
    .where(CreditLot.account_id == CreditAccount.id)
    .where(or_(CreditLot.expires_at.is_(None), CreditLot.expires_at > bindparam("now")))
    .scalar_subquery()
)
_SET_ASIDE = (
    select(func.coalesce(func.sum(CreditHold.amount_minor), 0))
    .where(CreditHold.account_id == CreditAccount.id)
    .where(CreditHold.state == HoldState.HELD.value, CreditHold.expires_at > bindparam("now"))
    .scalar_subquery()
)
_CREDIT = (
    select(Remedy.currency, func.coalesce(_GRANTED, 0), func.greatest(_LEFT - _SET_ASIDE, 0), CreditAccount.code_sealed)
    .join(Claim, Claim.id == Remedy.claim_id)
    .join(
        CreditAccount,
        (CreditAccount.customer_id == Claim.customer_id) & (CreditAccount.currency == Remedy.currency),
    )
    .where(Remedy.ref == bindparam("ref"))
)
_PARCEL = (
    select(OrderLine.title, Replacement.carrier, Replacement.tracking_number, Replacement.arrives_on)
    .join(ClaimLine, ClaimLine.id == Replacement.claim_line_id)
    .join(OrderLine, OrderLine.id == ClaimLine.order_line_id)
    .where(Replacement.ref == bindparam("ref"))
)


def about(session: Session, claim_ref: str) -> About:
    """Name the claim and its customer."""
    return About(*session.execute(_ABOUT, {"ref": claim_ref}).one())


def claim(session: Session, claim_ref: str) -> Claim:
    """Read a claim with its order, lines and offers, as it is now; no session knows what this gives."""
    row, order, lines, found = certain(ask(session, _CLAIM, {"ref": claim_ref}), "a letter names its claim")
    offers: dict[int, list[Offer]] = defaultdict(list)
    for offer in read_all(Offer, found):
        offers[offer.claim_line_id].append(offer)
    return read(
        Claim,
        row,
        order=read(Order, order),
        lines=[
            read(
                ClaimLine,
                one["line"],
                order_line=read(OrderLine, one["order_line"], shipment=read(Shipment, one["shipment"])),
                offers=offers[one["line"]["id"]],
            )
            for one in lines or ()
        ],
    )


def promised(session: Session, remedy_refs: list[str]) -> list[tuple[Remedy, Offer]]:
    """List remedies with the offers that were accepted, oldest first."""
    return [(remedy, offer) for remedy, offer in session.execute(_PROMISED, {"refs": remedy_refs})]


def refund(session: Session, ref: str) -> RefundFacts:
    """Read a refund and its card."""
    return RefundFacts(*session.execute(_REFUND, {"ref": ref}).one())


def credit(session: Session, remedy_ref: str, now: datetime) -> CreditFacts:
    """Read what a remedy granted, and the account it is in, with what can be spent now."""
    currency, granted, balance, sealed = session.execute(_CREDIT, {"ref": remedy_ref, "now": now}).one()
    return CreditFacts(currency, int(granted), int(balance), sealed)


def parcel(session: Session, ref: str) -> ParcelFacts:
    """Read a replacement."""
    return ParcelFacts(*session.execute(_PARCEL, {"ref": ref}).one())
