"""Everything that a claim's page shows to its owner, in one statement however long the claim is."""

from dataclasses import dataclass
from string import Template
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.domain.stock import Free
from portal.records import stock
from portal.records.orders import PAYMENTS, payments_in
from portal.records.rows_as_json import read, read_all, read_by
from portal.records.single_reads import ask_one
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, ClaimMessage, Evidence, Offer
from portal.records.tables.follow_ups import FollowUp
from portal.records.tables.orders import Order, OrderLine, Payment, Shipment
from portal.records.tables.remedies import Refund, Remedy, Replacement

# Words of staff among themselves are left out here already, and what no page needs: the bytes of a photo's hash, and of
# a line its verdict and most of its facts, which are larger than everything else together.
_WHOLE = Template("""
SELECT row_to_json(c) AS claim, row_to_json(o) AS of_order,
  (SELECT json_agg(json_build_object('line', told, 'order_line', ol, 'shipment', s) ORDER BY l.id)
     FROM claim_lines AS l JOIN order_lines AS ol ON ol.id = l.order_line_id
     JOIN shipments AS s ON s.id = ol.shipment_id
    CROSS JOIN LATERAL (
      SELECT l.id, l.claim_id, l.order_line_id, l.quantity, l.problem, l.parcel_state, l.stage, l.state,
        l.evidence_wanted, l.wait_until, l.reason, l.alternative, l.decline_words,
        l.about_replacement_id,
        json_build_object('second_failure', l.facts -> 'second_failure',
          'sent_again', l.facts -> 'sent_again', 'days_late', l.facts -> 'days_late',
          'line_value', l.facts -> 'line_value', 'given_back', l.facts -> 'given_back') AS facts,
        json_build_object('sold_out', l.verdict -> 'sold_out', 'keeps', l.verdict -> 'keeps') AS verdict) AS told
    WHERE l.claim_id = c.id) AS lines,
  (SELECT json_agg(f ORDER BY f.id) FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    WHERE l.claim_id = c.id) AS offers,
  (SELECT json_agg(e ORDER BY e.id) FROM claim_events AS e WHERE e.claim_id = c.id) AS events,
  (SELECT json_agg(m ORDER BY m.id) FROM claim_messages AS m WHERE m.claim_id = c.id AND m.kind <> 'note') AS messages,
  (SELECT json_agg(json_build_object('id', p.id, 'ref', p.ref) ORDER BY p.id)
     FROM evidence AS p WHERE p.claim_id = c.id) AS photos,
  (SELECT json_agg(r ORDER BY r.id) FROM remedies AS r WHERE r.claim_id = c.id) AS remedies,
  (SELECT json_agg(g ORDER BY g.id) FROM remedies AS r JOIN replacements AS g ON g.remedy_id = r.id
    WHERE r.claim_id = c.id) AS goods,
  ($free) AS free, ($payments) AS payments,
  (SELECT json_agg(f ORDER BY f.id) FROM payments AS p JOIN refunds AS f ON f.payment_id = p.id
    WHERE p.order_id = c.order_id) AS refunds,
  (SELECT row_to_json(f) FROM follow_ups AS f WHERE f.claim_id = c.id ORDER BY f.turn DESC LIMIT 1) AS follow_up
FROM claims AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.ref = $$1 AND c.customer_id = $$2
""").substitute(
    payments=Template(PAYMENTS).substitute(order="c.order_id"), free=Template(stock.FREE_FOR).substitute(claim="c.id")
)


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """A claim with its order, lines and offers, and what belongs to it, oldest first. photos: only their refs.

    remedies: each with its replacements. money: the payments of the order, each with all refunds ever tried on it;
    spent: by payment id, the minor units that cannot go back to it any more. free: by line, of what stock is kept.
    """

    claim: Claim
    events: list[ClaimEvent]
    messages: list[ClaimMessage]
    photos: list[Evidence]
    remedies: list[tuple[Remedy, list[Replacement]]]
    money: list[tuple[Payment, list[Refund]]]
    spent: dict[int, int]
    free: dict[int, Free]
    follow_up: FollowUp | None


class _Found(NamedTuple):
    """The row that the statement gives: two objects, ten lists and the newest follow-up, as JSON."""

    claim: dict[str, Any]
    of_order: dict[str, Any]
    lines: list[dict[str, Any]] | None
    offers: list[dict[str, Any]] | None
    events: list[dict[str, Any]] | None
    messages: list[dict[str, Any]] | None
    photos: list[dict[str, Any]] | None
    remedies: list[dict[str, Any]] | None
    goods: list[dict[str, Any]] | None
    free: list[tuple[int, int, int]] | None
    payments: list[tuple[dict[str, Any], int]] | None
    refunds: list[dict[str, Any]] | None
    follow_up: dict[str, Any] | None


def whole(session: Session, ref: str, customer_id: int) -> ClaimRows | None:
    """Read a customer's own claim with everything that its page shows; nothing where it is not theirs."""
    row = ask_one(session, _WHOLE, (ref, customer_id))
    if row is None:
        return None
    found = _Found(*row)
    offers = read_by(Offer, found.offers, "claim_line_id")
    lines = [
        read(
            ClaimLine,
            row["line"],
            order_line=read(OrderLine, row["order_line"], shipment=read(Shipment, row["shipment"])),
            offers=offers[row["line"]["id"]],
        )
        for row in found.lines or ()
    ]
    goods = read_by(Replacement, found.goods, "remedy_id")
    refunds = read_by(Refund, found.refunds, "payment_id")
    paid = payments_in(found.payments)
    return ClaimRows(
        claim=read(Claim, found.claim, order=read(Order, found.of_order), lines=lines),
        events=read_all(ClaimEvent, found.events),
        messages=read_all(ClaimMessage, found.messages),
        photos=read_all(Evidence, found.photos),
        remedies=[(remedy, goods[remedy.id]) for remedy in read_all(Remedy, found.remedies)],
        money=[(payment, refunds[payment.id]) for payment, _ in paid],
        spent={payment.id: spent for payment, spent in paid},
        free=stock.free_in(found.free),
        follow_up=read(FollowUp, found.follow_up) if found.follow_up else None,
    )
