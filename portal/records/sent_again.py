"""Parcels that were sent again: found for a report about them, and their units passed to that report and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.parcels import Parcel
from portal.records.in_transaction import ask
from portal.records.rows_as_json import read
from portal.records.single_reads import ask_one
from portal.records.tables.claims import ClaimLine
from portal.records.tables.orders import Order, OrderLine, Shipment
from portal.records.tables.remedies import Replacement

# A claim that a no has reopened goes on by itself, and so does one whose goods were set aside for something else.
_ITS_OWN = "g.not_right_at IS NULL AND k.state NOT IN ('offered', 'escalated', 'awaiting_customer', 'declined')"
# $which makes it a whole statement. A parcel can be reported once it has left. Its units are those for which no later
# report speaks; a line about a parcel that was sent again itself counts on from that.
_PARCELS = Template("""
SELECT json_agg(json_build_array(row_to_json(g), k.order_line_id, c.id,
  coalesce((k.facts ->> 'sent_again')::int, 0) + 1,
  (SELECT json_agg(u.unit ORDER BY u.unit) FROM claim_units AS u WHERE u.claim_line_id = k.id AND u.live),
  (SELECT json_agg(json_build_array(later.ref, told.state, later.created_at) ORDER BY later.id DESC)
     FROM claim_lines AS told JOIN claims AS later ON later.id = told.claim_id
    WHERE told.about_replacement_id = g.id), NOT ($its_own)) ORDER BY g.id)
FROM claims AS c JOIN claim_lines AS k ON k.claim_id = c.id JOIN replacements AS g ON g.claim_line_id = k.id
WHERE $which AND g.state IN ('shipped', 'delivered')
""").safe_substitute(its_own=_ITS_OWN)
_ONE = Template(_PARCELS).substitute(which=f"c.order_id = %(order_id)s AND g.ref = %(ref)s AND {_ITS_OWN}")
_OF_LINE = Template(_PARCELS).substitute(which="g.id = %(id)s")
_OF_ORDERS = Template(_PARCELS).substitute(which=f"c.order_id = ANY (%(order_ids)s) AND {_ITS_OWN}")
_PAGE = Template("""
SELECT row_to_json(o), (SELECT json_agg(json_build_object('line', l, 'shipment', s))
  FROM order_lines AS l JOIN shipments AS s ON s.id = l.shipment_id WHERE l.order_id = o.id),
  ($parcels)
FROM orders AS o WHERE o.order_number = $$1 AND o.customer_id = $$2
""").substitute(parcels=Template(_PARCELS).substitute(which=f"c.order_id = o.id AND g.ref = $3 AND {_ITS_OWN}"))
_HAND_ON = """
UPDATE claim_units SET live = false
WHERE claim_line_id = %(line_id)s AND unit = ANY (%(units)s) AND live
"""
_GIVE_BACK = """
UPDATE claim_units AS earlier SET live = true FROM replacements AS g, claim_units AS own
WHERE g.id = %(id)s AND earlier.claim_line_id = g.claim_line_id
  AND own.claim_line_id = %(line_id)s AND own.unit = earlier.unit AND NOT own.live
"""
_TAKE_BACK = """
UPDATE claim_units AS earlier SET live = false FROM replacements AS g, claim_units AS own
WHERE g.id = %(id)s AND earlier.claim_line_id = g.claim_line_id AND earlier.live
  AND own.claim_line_id = %(line_id)s AND own.unit = earlier.unit
"""


@dataclass(frozen=True, slots=True)
class SentAgain:
    """A parcel that was sent again and has left. claim_id: of the claim that it puts right.

    units: those that this claim still speaks for, and no later one; claims: reports about this parcel, newest first:
    their refs, states and moments. goes_on: whether that claim goes on by itself, so that no new report takes units
    of it.
    """

    replacement: Replacement
    order_line_id: int
    claim_id: int
    times: int
    units: tuple[int, ...]
    claims: tuple[tuple[str, str, datetime], ...]
    goes_on: bool

    @property
    def parcel(self) -> Parcel:
        """What is known of its way."""
        one = self.replacement
        return Parcel(one.shipped_at, one.arrives_on, one.delivered_at, one.carrier, times_again=self.times)


@dataclass(frozen=True, slots=True)
class PageRows:
    """An order with its lines, and one parcel of it that was sent again, None where there is none of that name."""

    order: Order
    lines: list[OrderLine]
    sent: SentAgain | None


def find(session: Session, order_id: int, ref: str) -> SentAgain | None:
    """Find a parcel of a held order by its ref, once it has left."""
    return next(iter(_read(ask(session, _ONE, {"order_id": order_id, "ref": ref}))), None)


def of_line(session: Session, line: ClaimLine) -> SentAgain | None:
    """Find the parcel that a claim line is about, where that is one which was sent again."""
    if line.about_replacement_id is None:
        return None
    return next(iter(_read(ask(session, _OF_LINE, {"id": line.about_replacement_id}))), None)


def of_orders(session: Session, order_ids: Iterable[int]) -> dict[int, list[SentAgain]]:
    """List what was sent again of some orders, by the order line's id, oldest first."""
    by_line: dict[int, list[SentAgain]] = defaultdict(list)
    for one in _read(ask(session, _OF_ORDERS, {"order_ids": list(order_ids)})):
        by_line[one.order_line_id].append(one)
    return by_line


def page(session: Session, order_number: str, customer_id: int, ref: str) -> PageRows | None:
    """Read a customer's own order with one parcel of it; None where the order is not theirs."""
    row = ask_one(session, _PAGE, (order_number, customer_id, ref))
    if row is None:
        return None
    order, lines, parcels = row
    return PageRows(
        order=read(Order, order),
        lines=[read(OrderLine, one["line"], shipment=read(Shipment, one["shipment"])) for one in lines or ()],
        sent=next(iter(_read((parcels,))), None),
    )


def pass_on(session: Session, claim_line_id: int, units: Sequence[int]) -> None:
    """Let go of units for which a report about their new parcel speaks from now on."""
    ask(session, _HAND_ON, {"line_id": claim_line_id, "units": list(units)})


def give_back(session: Session, line: ClaimLine) -> None:
    """Let the claim that sent a parcel speak for its units again, because the report about the parcel does not."""
    if line.about_replacement_id is not None:
        ask(session, _GIVE_BACK, {"id": line.about_replacement_id, "line_id": line.id})


def take_back(session: Session, line: ClaimLine) -> None:
    """Let the report about a parcel speak for its units after all."""
    if line.about_replacement_id is not None:
        ask(session, _TAKE_BACK, {"id": line.about_replacement_id, "line_id": line.id})


def _read(row: tuple[Any, ...] | None) -> list[SentAgain]:
    (found,) = row or (None,)
    return [
        SentAgain(
            replacement=read(Replacement, replacement),
            order_line_id=order_line_id,
            claim_id=claim_id,
            times=times,
            units=tuple(units or ()),
            claims=tuple((ref, state, datetime.fromisoformat(at)) for ref, state, at in claims or ()),
            goes_on=goes_on,
        )
        for replacement, order_line_id, claim_id, times, units, claims, goes_on in found or ()
    ]
