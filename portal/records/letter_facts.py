"""What a letter must be told, all of it in one statement: letters are most of what the worker does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from string import Template
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.domain.certainty import certain
from portal.domain.credit import HoldState
from portal.records.in_transaction import ask
from portal.records.orders import DEAD_STATES, PAYMENTS, payments_in
from portal.records.rows_as_json import read, read_by
from portal.records.rows_to_write import as_json
from portal.records.tables.claims import Claim, ClaimLine, Offer
from portal.records.tables.inbox import Letter
from portal.records.tables.orders import Order, OrderLine, Payment, Shipment
from portal.records.tables.remedies import Refund, Remedy

GOES_TO = "goes_to"
"""By this the context of a letter that nobody asked for names the country and the region of its order."""
# What a letter's statement found, as JSON: only the functions below read it.
Facts = Mapping[str, Any]


class RefundFacts(NamedTuple):
    """A refund as it stands, and the card it goes back to. keeps: what came is the customer's to keep."""

    amount_minor: int
    currency: str
    card_brand: str | None
    card_last4: str | None
    state: str
    reason: str | None
    keeps: bool | None


class CreditFacts(NamedTuple):
    """What a remedy granted, what its account has to spend, the account's code under its seal, and keeps as above."""

    currency: str
    granted: int
    balance: int
    code_sealed: str
    keeps: bool | None


class ParcelFacts(NamedTuple):
    """A replacement on its way, or one that could not be sent. with_person: a person finds another way by then."""

    title: str
    carrier: str | None
    tracking_number: str | None
    arrives_on: datetime | None
    with_person: datetime | None


_PROMISED = """
  SELECT json_build_object(
    'remedies', (SELECT json_agg(json_build_array(row_to_json(r), row_to_json(f)) ORDER BY r.id)
      FROM remedies AS r JOIN offers AS f ON f.id = r.offer_id WHERE l.context -> 'remedies' ? r.ref
        AND r.claim_id = c.id),
    'refunds', (SELECT json_agg(json_build_array(row_to_json(e), row_to_json(p)) ORDER BY e.id)
      FROM remedies AS r JOIN refunds AS e ON e.remedy_id = r.id JOIN payments AS p ON p.id = e.payment_id
      WHERE l.context -> 'remedies' ? r.ref AND r.claim_id = c.id))
"""
_REFUND = """
  SELECT json_build_array(e.amount_minor, e.currency, p.card_brand, p.card_last4, e.state, e.reason,
    cl.verdict -> 'keeps')
  FROM refunds AS e JOIN payments AS p ON p.id = e.payment_id JOIN remedies AS r ON r.id = e.remedy_id
  JOIN claim_lines AS cl ON cl.id = r.claim_line_id WHERE e.ref = l.context ->> 'refund'
"""
_CREDIT = """
  SELECT json_build_array(r.currency,
    (SELECT coalesce(sum(g.amount_minor), 0)::bigint FROM credit_lots AS g WHERE g.source = r.ref),
    greatest((SELECT coalesce(sum(m.amount_minor), 0)::bigint
      FROM credit_lots AS g JOIN credit_moves AS m ON m.lot_id = g.id
      WHERE g.account_id = a.id AND (g.expires_at IS NULL OR g.expires_at > %(now)s))
    - (SELECT coalesce(sum(h.amount_minor), 0)::bigint FROM credit_holds AS h
      WHERE h.account_id = a.id AND h.state = %(held)s AND h.expires_at > %(now)s), 0), a.code_sealed,
    (SELECT cl.verdict -> 'keeps' FROM claim_lines AS cl WHERE cl.id = r.claim_line_id))
  FROM remedies AS r JOIN credit_accounts AS a ON a.customer_id = c.customer_id AND a.currency = r.currency
  WHERE r.ref = l.context ->> 'remedy'
"""
_PARCEL = """
  SELECT json_build_array(ol.title, e.carrier, e.tracking_number, e.arrives_on,
    CASE WHEN cl.state = 'escalated' THEN c.answer_by END)
  FROM replacements AS e JOIN claim_lines AS cl ON cl.id = e.claim_line_id
  JOIN order_lines AS ol ON ol.id = cl.order_line_id WHERE e.ref = l.context ->> 'replacement'
"""
# A claim whole: c is the claim, o its order.
_WHOLE = Template("""
    json_build_object('claim', row_to_json(c), 'order', row_to_json(o), 'paid', ($paid),
      'lines', (SELECT json_agg(json_build_array(row_to_json(cl), row_to_json(ol), row_to_json(s)) ORDER BY cl.id)
        FROM claim_lines AS cl JOIN order_lines AS ol ON ol.id = cl.order_line_id
        JOIN shipments AS s ON s.id = ol.shipment_id WHERE cl.claim_id = c.id),
      'offers', (SELECT json_agg(f ORDER BY f.id)
        FROM claim_lines AS cl JOIN offers AS f ON f.claim_line_id = cl.id WHERE cl.claim_id = c.id))
""").substitute(paid=Template(PAYMENTS).substitute(order="o.id"))
# A part of larger statements: l is the letter, c its claim, o the order of that.
FACTS = Template("""
  CASE WHEN l.template IN ('apology_with_offers', 'approved', 'declined', 'escalated', 'waiting') THEN
    $whole
  ELSE
    json_build_object('claim', json_build_object('ref', c.ref, 'apology', c.apology),
      'order', json_build_object('customer_name', o.customer_name),
      'paid', CASE WHEN l.template = 'remedy_on_its_way' THEN ($paid) END,
      'effect', CASE l.template WHEN 'remedy_on_its_way' THEN ($promised)
        WHEN 'refund_sent' THEN ($refund) WHEN 'refund_failed' THEN ($refund)
        WHEN 'refund_possible_again' THEN ($refund) WHEN 'refund_needs_you' THEN ($refund)
        WHEN 'credit_issued' THEN ($credit) WHEN 'credit_taken_back' THEN ($credit)
        WHEN 'replacement_shipped' THEN ($parcel) WHEN 'replacement_failed' THEN ($parcel) END)
  END
""").substitute(
    whole=_WHOLE,
    paid=Template(PAYMENTS).substitute(order="o.id"),
    promised=_PROMISED,
    refund=_REFUND,
    credit=_CREDIT,
    parcel=_PARCEL,
)
_OF_ONE = Template("""
SELECT $facts FROM json_to_record(%(letter)s) AS l (template text, context jsonb)
JOIN claims AS c ON c.ref = l.context ->> 'claim' JOIN orders AS o ON o.id = c.order_id
""").substitute(facts=FACTS)
_ALL_TOLD = Template("""
SELECT json_agg($whole ORDER BY c.id) FROM outreach_targets AS told JOIN claims AS c ON c.id = told.claim_id
JOIN orders AS o ON o.id = c.order_id
WHERE told.letter_id = %(letter)s AND EXISTS (
  SELECT FROM claim_lines WHERE claim_lines.claim_id = c.id AND claim_lines.state = ANY(%(asks)s))
""").substitute(whole=_WHOLE)


def values_at(now: datetime) -> dict[str, object]:
    """Give the values that ``FACTS`` needs."""
    return {"now": now, "held": HoldState.HELD.value, "dead": DEAD_STATES}


def of_letter(session: Session, template: str, context: dict[str, Any], now: datetime) -> Facts:
    """Read what a letter that is not written yet would be told."""
    asked = {"letter": as_json({"template": template, "context": context}), **values_at(now)}
    (facts,) = certain(ask(session, _OF_ONE, asked), "a letter names its claim")
    return certain(facts, "every letter has its facts")


def of_all_told(session: Session, letter_id: int, asks: Sequence[str]) -> list[Facts]:
    """Read each claim of ours that a letter tells of first, whole, of which a line stands in one of some states."""
    (found,) = certain(ask(session, _ALL_TOLD, {"letter": letter_id, "asks": asks, "dead": DEAD_STATES}), "a sum")
    return found or []


def claim(facts: Facts) -> Claim:
    """Give the claim with its order, lines and offers; only its ref, apology and customer where no more is told."""
    offers = read_by(Offer, facts.get("offers"), "claim_line_id")
    return read(
        Claim,
        facts["claim"],
        order=read(Order, facts["order"]),
        lines=[
            read(
                ClaimLine,
                line,
                order_line=read(OrderLine, order_line, shipment=read(Shipment, shipment)),
                offers=offers[line["id"]],
            )
            for line, order_line, shipment in facts.get("lines") or ()
        ],
    )


def each_told(facts: Facts) -> Sequence[Facts]:
    """Give the facts of each claim that a letter tells of first, every one whole."""
    return facts["told"]


def goes_to(letter: Letter, facts: Facts) -> set[tuple[str, str]]:
    """Give each country with its region that the orders of a letter go to that nobody asked for; none of any other."""
    if GOES_TO in letter.context:
        country, region = letter.context[GOES_TO]
        return {(country, region)}
    theirs = (one["order"] for one in facts.get("told", ()))
    return {(order["ship_to_country"], order["ship_to_region"]) for order in theirs}


def paid(facts: Facts) -> list[tuple[Payment, int]]:
    """List the payments of the order, each with what cannot go back to it any more in minor units."""
    return payments_in(facts["paid"])


def promised(facts: Facts) -> list[tuple[Remedy, Offer]]:
    """List the remedies that a letter names with the offers that were accepted, oldest first."""
    return [(read(Remedy, remedy), read(Offer, offer)) for remedy, offer in facts["effect"]["remedies"] or ()]


def refunds(facts: Facts) -> list[tuple[Refund, Payment]]:
    """List the refunds of those remedies with the payments they go back to."""
    return [(read(Refund, refund), read(Payment, payment)) for refund, payment in facts["effect"]["refunds"] or ()]


def refund(facts: Facts) -> RefundFacts:
    """Give a refund and its card."""
    return RefundFacts(*certain(facts["effect"], "a letter names its refund"))


def credit(facts: Facts) -> CreditFacts:
    """Give what a remedy granted, and the account it is in, with what can be spent now."""
    return CreditFacts(*certain(facts["effect"], "a letter names its remedy"))


def parcel(facts: Facts) -> ParcelFacts:
    """Give a replacement."""
    title, carrier, number, *moments = certain(facts["effect"], "a letter names its replacement")
    arrives_on, with_person = [datetime.fromisoformat(at) if at else None for at in moments]
    return ParcelFacts(title, carrier, number, arrives_on, with_person)
