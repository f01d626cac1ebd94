"""An effect of a remedy that has news: held and read in two statements, and all that follows from it written in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.domain.certainty import certain
from portal.domain.stock import Shelf
from portal.records import books, outbox, post, stock
from portal.records.in_transaction import Row, ask
from portal.records.rows_as_json import read, read_by
from portal.records.rows_to_write import as_json, columns, named_columns, row_of
from portal.records.spent import DEAD_LISTED
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, Offer
from portal.records.tables.orders import Customer, Order
from portal.records.tables.remedies import Refund, Remedy, Replacement

_HOLD_ORDER = Template("""
SELECT o.id, $shelf
FROM remedies AS r $effect JOIN claims AS c ON c.id = r.claim_id JOIN orders AS o ON o.id = c.order_id
WHERE $named = %(ref)s FOR UPDATE OF o
""")
# Asked once the order is locked, because only then everything that others did before is seen.
_HOLD = Template("""
SELECT row_to_json(c), row_to_json(o), row_to_json(u), row_to_json(r), $read,
  (SELECT json_agg(json_build_object($line) ORDER BY l.id) FROM claim_lines AS l WHERE l.claim_id = c.id),
  (SELECT json_agg(f ORDER BY f.id) FROM claim_lines AS l JOIN offers AS f ON f.claim_line_id = l.id
    WHERE l.claim_id = c.id),
  EXISTS (SELECT FROM refunds AS other
    WHERE other.remedy_id = r.id AND other.state <> 'succeeded' AND other.ref <> %(ref)s)
  OR EXISTS (SELECT FROM replacements AS other
    WHERE other.remedy_id = r.id AND other.state NOT IN ('shipped', 'delivered') AND other.ref <> %(ref)s),
  (SELECT coalesce(sum(amount_minor), 0)::bigint FROM credit_lots WHERE source = r.ref),
  (SELECT coalesce(sum(amount_minor), 0)::bigint FROM refunds AS other WHERE other.remedy_id = r.id
    AND other.ref <> %(ref)s AND other.replaced_at IS NULL AND other.state IN ($dead))
FROM remedies AS r $effect JOIN claims AS c ON c.id = r.claim_id
JOIN orders AS o ON o.id = c.order_id JOIN customers AS u ON u.id = c.customer_id
WHERE $named = %(ref)s FOR UPDATE OF $locked
""")
# What policy asked and found is much, and none of it is needed here.
_LINE = named_columns(ClaimLine, "facts", "verdict", of="l.")


class _Asked(NamedTuple):
    """The statements that hold a remedy, one for its order and one for all the rest, and what they are about."""

    order: str
    all: str

    @classmethod
    def of(cls, **parts: str) -> "_Asked":
        """Fill in what is named, how it is reached from its remedy, what is read, its shelf, and what is locked."""
        return cls(_HOLD_ORDER.substitute(parts), _HOLD.substitute(parts, line=_LINE, dead=DEAD_LISTED))


_REFUND = _Asked.of(
    effect="JOIN refunds AS e ON e.remedy_id = r.id",
    named="e.ref",
    read="row_to_json(e)",
    shelf="NULL::bigint",
    locked="c, e",
)
_PARCEL = _Asked.of(
    effect="JOIN replacements AS e ON e.remedy_id = r.id",
    named="e.ref",
    read="row_to_json(e)",
    shelf="CASE WHEN e.shipped_at IS NULL THEN e.stock_item_id END",
    locked="c, e",
)
_CREDIT = _Asked.of(effect="", named="r.ref", read="NULL", shelf="NULL::bigint", locked="c")
# What each kind of effect has to write of itself.
_OF_REFUND = """
called AS (
  INSERT INTO refund_calls (refund_id, outcome) SELECT refund_id, outcome
  FROM json_populate_recordset(NULL::refund_calls, %(calls)s)
), refunded AS (
  UPDATE refunds SET state = told.state, provider_ref = told.provider_ref, reason = told.reason,
    settled_at = told.settled_at
  FROM json_populate_record(NULL::refunds, %(effect)s) AS told WHERE refunds.id = told.id
),
"""
_OF_PARCEL = """
sent_again AS (
  UPDATE replacements SET state = told.state, warehouse_ref = told.warehouse_ref, carrier = told.carrier,
    tracking_number = told.tracking_number, reason = told.reason, arrives_on = told.arrives_on,
    shipped_at = told.shipped_at, delivered_at = told.delivered_at
  FROM json_populate_record(NULL::replacements, %(effect)s) AS told WHERE replacements.id = told.id
),
"""
_WRITE = Template("""
WITH $effect remedied AS (
  UPDATE remedies SET state = told.state, settled_at = told.settled_at
  FROM json_populate_record(NULL::remedies, %(remedy)s) AS told
  WHERE remedies.id = told.id AND remedies.state <> told.state
), moved AS (
  UPDATE claim_lines SET state = told.state, reason = told.reason, evidence_wanted = told.evidence_wanted
  FROM json_populate_recordset(NULL::claim_lines, %(lines)s) AS told
  WHERE claim_lines.id = told.id
    AND (claim_lines.state, claim_lines.reason, claim_lines.evidence_wanted)
      IS DISTINCT FROM (told.state, told.reason, told.evidence_wanted)
), chosen AS (
  UPDATE offers SET state = told.state FROM json_populate_recordset(NULL::offers, %(offers)s) AS told
  WHERE offers.id = told.id AND offers.state <> told.state
), offered AS (
  INSERT INTO offers ($offer) SELECT $offer FROM json_populate_recordset(NULL::offers, %(new_offers)s)
), touched AS (
  UPDATE claims SET state = told.state, version = told.version, answer_by = told.answer_by,
    waits_for_answer = told.waits_for_answer, next_action_at = told.next_action_at
  FROM json_populate_record(NULL::claims, %(claim)s) AS told WHERE claims.id = told.id
    AND claims.version <> told.version
), history AS (
  INSERT INTO claim_events ($event) SELECT $event
  FROM ROWS FROM (json_populate_recordset(NULL::claim_events, %(events)s)) WITH ORDINALITY ORDER BY ordinality
), $books $letter
SELECT
""")
_LETTER = f", letter AS ({post.LEAVE.substitute(claim='told.claim_id', of='')})"
# What the effect of a remedy may change of a claim line: all of these are told of each line, and written.
_OF_LINE = ("id", "state", "reason", "evidence_wanted")
_OF_CLAIM = ("id", "state", "version", "answer_by", "waits_for_answer", "next_action_at")
_PARTS = {"offer": columns(Offer), "event": columns(ClaimEvent), "books": books.PARTS}
# By the kind of effect, and by whether a letter tells of it.
_WRITES = {
    (kind, bool(letter)): _WRITE.substitute(effect=effect, letter=letter, **_PARTS)
    for kind, effect in ((Refund, _OF_REFUND), (Replacement, _OF_PARCEL), (None, ""))
    for letter in ("", _LETTER)
}


@dataclass(frozen=True, slots=True)
class Held:
    """A remedy that is held with its order and claim: no session knows these objects, and only ``write`` writes them.

    refund, parcel: where one was asked for; shelves: what its pieces are taken from as they leave, held as well.
    others_wait: whether a refund or a replacement beside it is not at its good end; granted: the store credit that it
    has granted; others_owed: refunds beside it that did not get through and whose place nothing took, both in minor
    units. Of a line neither facts nor verdict are read.
    """

    claim: Claim
    remedy: Remedy
    refund: Refund | None
    others_wait: bool
    granted: int
    others_owed: int
    parcel: Replacement | None = None
    shelves: tuple[Shelf, ...] = ()

    @property
    def is_last(self) -> bool:
        """Tell whether everything beside the effect is at its good end: the remedy is done once this one is."""
        return not self.others_wait and self.granted == self.remedy.credit_minor + self.remedy.bonus_minor


def hold_refund(session: Session, ref: str) -> Held:
    """Lock the order whose money a refund gives back, then its claim, and read them as they are now."""
    held = certain(_hold(session, ref, _REFUND), "a job names what it is for")
    return _read(held.row, refund=read(Refund, held.row[4]))


def hold_parcel(session: Session, ref: str, *, leaves: bool) -> Held | None:
    """Lock the order of a replacement, then its shelf where it leaves, then its claim, and read them as they are now.

    Nothing for a parcel that is not ours.
    """
    held = _hold(session, ref, _PARCEL, with_shelf=leaves)
    return None if held is None else _read(held.row, parcel=read(Replacement, held.row[4]), shelves=held.shelves)


def hold_remedy(session: Session, ref: str) -> Held:
    """Lock the order that a remedy is about, then its claim, and read them as they are now."""
    return _read(certain(_hold(session, ref, _CREDIT), "a job names what it is for").row)


class _Row(NamedTuple):
    """What the second statement read, and the shelves that were held before it."""

    row: Row
    shelves: tuple[Shelf, ...]


def _hold(session: Session, ref: str, of: _Asked, *, with_shelf: bool = False) -> _Row | None:
    asked = {"ref": ref}
    order = ask(session, of.order, asked)
    if order is None:
        return None
    shelves = stock.hold(session, [order[1]]) if with_shelf and order[1] is not None else []
    return _Row(certain(ask(session, of.all, asked), "its order is locked"), tuple(shelves))


def _read(
    row: Row, *, refund: Refund | None = None, parcel: Replacement | None = None, shelves: tuple[Shelf, ...] = ()
) -> Held:
    claim, order, customer, remedy, _effect, lines, found, others_wait, granted, others_owed = row
    offers = read_by(Offer, found, "claim_line_id")
    return Held(
        claim=read(
            Claim,
            claim,
            order=read(Order, order),
            customer=read(Customer, customer),
            lines=[read(ClaimLine, line, offers=offers[line["id"]]) for line in lines or ()],
        ),
        remedy=read(Remedy, remedy),
        refund=refund,
        others_wait=others_wait,
        granted=granted,
        others_owed=others_owed,
        parcel=parcel,
        shelves=shelves,
    )


def write(
    session: Session,
    held: Held,
    events: Sequence[ClaimEvent],
    letter: dict[str, Any] | None,
    booked: dict[str, object],
    *,
    call: str | None = None,
) -> None:
    """Write what is held as it stands by now: the effect, its remedy, the claim with its lines and offers.

    With it the history, the letter where there is one, and entries of the book, as ``books.values_of`` gives them.
    call: the outcome of an HTTP try of the refund.
    """
    claim, remedy, effect = held.claim, held.remedy, held.refund or held.parcel
    stands = row_of(claim)
    values = {
        "calls": as_json([{"refund_id": effect.id, "outcome": call}] if effect and call else []),
        "effect": as_json(row_of(effect) if effect else {}),
        "remedy": as_json({"id": remedy.id, "state": remedy.state, "settled_at": remedy.settled_at}),
        "lines": as_json({name: getattr(line, name) for name in _OF_LINE} for line in claim.lines),
        "offers": as_json(
            {"id": offer.id, "state": offer.state} for line in claim.lines for offer in line.offers if offer.id
        ),
        "new_offers": as_json(
            row_of(offer, claim_line_id=line.id) for line in claim.lines for offer in line.offers if not offer.id
        ),
        "claim": as_json({name: stands[name] for name in _OF_CLAIM}),
        "events": as_json(row_of(event) for event in events),
        **booked,
    }
    if letter is not None:
        values["letter"] = as_json(letter)
        outbox.follow(session, claim.ref)
    ask(session, _WRITES[type(effect) if effect else None, letter is not None], values)
