"""Accepting offers: a claim held and read in two statements, and all that an acceptance promises written in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.budgets import draws_of
from portal.domain.certainty import certain
from portal.domain.limits import Standing
from portal.domain.offers import PolicyClass
from portal.domain.stock import Shelf, reserve
from portal.records import books, budgets, limits, outbox, post, stock
from portal.records.budgets import Asked, HeldBudget
from portal.records.in_transaction import ask
from portal.records.order_money import ORDER_MONEY, OrderMoney, order_money_in
from portal.records.orders import DEAD_STATES, UNDECIDED
from portal.records.rows_as_json import read, read_by
from portal.records.rows_to_write import as_json, columns, named_columns, row_of
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, Offer
from portal.records.tables.orders import Customer, Order, OrderLine, Shipment
from portal.records.tables.remedies import Refund, Remedy, Replacement

# With it the shelves from which something would be sent again, because they are locked before the claim, and what the
# chosen offers would draw on. Whoever counts remedies of the same subjects waits until this one has counted.
_HOLD_ORDER = Template("""
WITH held AS MATERIALIZED (
  SELECT o.id, o.currency, c.id AS claim_id, c.customer_id, c.policy_version_id
  FROM claims AS c JOIN orders AS o ON o.id = c.order_id
  WHERE c.ref = %(ref)s AND c.customer_id = %(customer_id)s FOR UPDATE OF o
)
SELECT held.claim_id, held.currency,
  ARRAY(
    SELECT shelf.id FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    JOIN order_lines AS ol ON ol.id = l.order_line_id CROSS JOIN LATERAL ($shelf) AS shelf
    WHERE l.claim_id = held.claim_id AND f.kind = 'replacement' AND f.ref = ANY (%(chosen)s)),
  (SELECT json_build_array(v.id, v.published_at) FROM policy_versions AS v WHERE v.id = held.policy_version_id),
  (SELECT json_agg(json_build_array(f.policy_class, f.amount_minor, f.bonus_minor))
     FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    WHERE l.claim_id = held.claim_id AND f.ref = ANY (%(chosen)s)),
  ($turns)
FROM held
""").substitute(shelf=stock.SHELF_OF, turns=limits.TURNS.substitute(claim="held.claim_id", customer="held.customer_id"))
# Asked once the order is locked, because only then everything that others did before is seen. What policy asked and
# found is much, and little of it is needed here.
_HOLD_CLAIM = Template("""
SELECT row_to_json(c), row_to_json(o), row_to_json(u),
  (SELECT json_agg(json_build_object('order_line', ol, 'shipment', s, 'again', again.carrier,
      'line', json_build_object($line,
      'verdict', json_build_object('rule_key', l.verdict -> 'rule_key'),
      'facts', json_build_object('claimed_value', l.facts -> 'claimed_value', 'line_value', l.facts -> 'line_value',
        'second_failure', l.facts -> 'second_failure'))) ORDER BY l.id)
     FROM claim_lines AS l JOIN order_lines AS ol ON ol.id = l.order_line_id
     JOIN shipments AS s ON s.id = ol.shipment_id LEFT JOIN replacements AS again ON again.id = l.about_replacement_id
    WHERE l.claim_id = c.id),
  (SELECT json_agg(f ORDER BY f.id) FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    WHERE l.claim_id = c.id),
  $standing,
  $money
FROM claims AS c JOIN orders AS o ON o.id = c.order_id JOIN customers AS u ON u.id = c.customer_id
WHERE c.id = %(claim_id)s FOR UPDATE OF c
""").substitute(
    line=named_columns(ClaimLine, "facts", "verdict", "standing", of="l."),
    standing=limits.standing_of_claim("c.id", customer="c.customer_id", currency="o.currency"),
    money=Template(ORDER_MONEY).substitute(order="c.order_id", claim="c.id"),
)
_WRITE = Template("""
WITH chosen AS (
  UPDATE offers SET state = told.state FROM json_populate_recordset(NULL::offers, %(offers)s) AS told
  WHERE offers.id = told.id AND offers.state <> told.state
), moved AS (
  UPDATE claim_lines SET state = told.state FROM json_populate_recordset(NULL::claim_lines, %(lines)s) AS told
  WHERE claim_lines.id = told.id
), touched AS (
  UPDATE claims SET state = told.state, version = told.version, answer_by = told.answer_by,
    next_action_at = told.next_action_at
  FROM json_populate_record(NULL::claims, %(claim)s) AS told WHERE claims.id = told.id
), history AS (
  INSERT INTO claim_events ($event) SELECT $event
  FROM ROWS FROM (json_populate_recordset(NULL::claim_events, %(events)s)) WITH ORDINALITY ORDER BY ordinality
), promised AS (
  INSERT INTO remedies ($remedy) SELECT $remedy
  FROM ROWS FROM (json_populate_recordset(NULL::remedies, %(remedies)s)) WITH ORDINALITY ORDER BY ordinality
  RETURNING id, offer_id, ref
), $budgets, refunded AS (
  INSERT INTO refunds (remedy_id, $refund) SELECT promised.id, $told_refund
  FROM ROWS FROM (json_populate_recordset(NULL::refunds, %(refunds)s)) WITH ORDINALITY AS told
  JOIN promised ON promised.offer_id = told.remedy_id ORDER BY told.ordinality
), sent_again AS (
  INSERT INTO replacements (remedy_id, $goods) SELECT promised.id, $told_goods
  FROM ROWS FROM (json_populate_recordset(NULL::replacements, %(goods)s)) WITH ORDINALITY AS told
  JOIN promised ON promised.offer_id = told.remedy_id ORDER BY told.ordinality
), $books, letter AS ($letter)
SELECT
""").substitute(
    event=columns(ClaimEvent),
    remedy=columns(Remedy),
    refund=columns(Refund, "remedy_id"),
    told_refund=columns(Refund, "remedy_id", of="told."),
    goods=columns(Replacement, "remedy_id"),
    told_goods=columns(Replacement, "remedy_id", of="told."),
    books=books.PARTS,
    budgets=budgets.COUNT,
    letter=post.LEAVE.substitute(claim="told.claim_id", of=""),
)


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that is held, with the shelves of what was chosen from a claim on it.

    version: of the policy that judged the claim, by its key and when it was published. classes: whose budgets the
    chosen offers draw on.
    """

    claim_id: int
    currency: str
    shelves: list[Shelf]
    version: tuple[int, str]
    classes: frozenset[PolicyClass]


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that is held with its order: no session knows these objects, and only ``write`` writes them.

    Of a line's verdict only the rule that decided is read, and of its facts what limits and caps ask about. shelves:
    what goods would come from; budgets: what the chosen offers draw on; standing: what stands for the claim beside it.
    """

    claim: Claim
    money: OrderMoney
    shelves: list[Shelf]
    budgets: list[HeldBudget]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Promise:
    """A remedy that is promised, with its effects: refunds and the goods that are sent again. Their keys come later."""

    line: ClaimLine
    remedy: Remedy
    refunds: tuple[Refund, ...]
    goods: tuple[Replacement, ...]


def hold_order(session: Session, ref: str, customer_id: int, chosen: Sequence[str]) -> HeldOrder | None:
    """Lock the order of a customer's own claim, and the shelves of what they chose. Nothing where it is not theirs.

    chosen: refs of offers.
    """
    row = ask(session, _HOLD_ORDER, {"ref": ref, "customer_id": customer_id, "chosen": list(chosen)})
    if row is None:
        return None
    claim_id, currency, shelf_ids, version, offers, _turns = row
    drawn = [draws_of(PolicyClass(name), amount, bonus) for name, amount, bonus in offers or ()]
    shelves = stock.hold(session, shelf_ids)
    return HeldOrder(claim_id, currency, shelves, tuple(version), frozenset(name for one in drawn for name in one))


def hold(session: Session, order: HeldOrder, asked: Sequence[Asked], now: datetime) -> Held:
    """Lock the budgets that are asked for and then the claim of an order that is held, and read all of it."""
    held_budgets = budgets.hold(session, asked, order.currency)
    values = {"claim_id": order.claim_id, "dead": DEAD_STATES, "undecided": UNDECIDED, **limits.asked_about(now, ())}
    row = certain(ask(session, _HOLD_CLAIM, values), "its order is locked")
    claim, of_order, customer, lines, found, standing, *money = row
    offers = read_by(Offer, found, "claim_line_id")
    read_lines = [
        read(
            ClaimLine,
            row["line"],
            order_line=read(OrderLine, row["order_line"], shipment=_carried_by(row)),
            offers=offers[row["line"]["id"]],
        )
        for row in lines or ()
    ]
    held = read(Claim, claim, order=read(Order, of_order), customer=read(Customer, customer), lines=read_lines)
    return Held(held, order_money_in(money), order.shelves, held_budgets, limits.read_standing(standing))


def _carried_by(row: dict[str, Any]) -> Shipment:
    """Read the shipment of a line; what is told of one that was sent again is told of the carrier who brought that."""
    carrier = row["again"] if row["line"]["about_replacement_id"] else row["shipment"]["carrier"]
    return read(Shipment, {**row["shipment"], "carrier": carrier})


def write(
    session: Session,
    claim: Claim,
    promises: Sequence[Promise],
    events: Sequence[ClaimEvent],
    letter: dict[str, Any],
    booked: dict[str, object],
) -> None:
    """Write what was accepted: offers, lines and claim as they stand, the promises, the history, and the letter.

    booked: entries and what counts against budgets, as ``books.values_of`` and ``budgets.values_of`` give them.
    """
    lines = [promise.line for promise in promises]
    stands = row_of(claim)
    values = {
        "claim": as_json({name: stands[name] for name in ("id", "state", "version", "answer_by", "next_action_at")}),
        "lines": as_json({"id": line.id, "state": line.state} for line in lines),
        "offers": as_json({"id": offer.id, "state": offer.state} for line in lines for offer in line.offers),
        "events": as_json(row_of(event) for event in events),
        "remedies": as_json(row_of(promise.remedy) for promise in promises),
        # The database gives the keys of remedies, so until then an offer stands for its remedy.
        "refunds": as_json(row_of(one, remedy_id=by.remedy.offer_id) for by in promises for one in by.refunds),
        "goods": as_json(row_of(one, remedy_id=by.remedy.offer_id) for by in promises for one in by.goods),
        "letter": as_json(letter),
        **booked,
    }
    ask(session, _WRITE, values)
    outbox.follow(session, claim.ref)


def reserve_goods(session: Session, promises: Sequence[Promise], *, actor: Actor, now: datetime) -> None:
    """Write which pieces are promised, of shelves that are held; nothing where no stock is kept."""
    goods = [one for promise in promises for one in promise.goods]
    reserved = [reserve(one.stock_item_id, one.quantity, one.ref) for one in goods if one.stock_item_id is not None]
    stock.write(session, reserved, actor=actor, now=now)
