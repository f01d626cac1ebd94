"""What can be said of a customer's order, in one statement however long the order is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.records.rows_as_json import read
from portal.records.single_reads import ask_one
from portal.records.tables.orders import Order, OrderLine, Shipment

_WHOLE = """
SELECT row_to_json(o) AS of_order,
  (SELECT json_agg(json_build_object('line', l, 'shipment', s) ORDER BY l.line_number)
     FROM order_lines AS l JOIN shipments AS s ON s.id = l.shipment_id WHERE l.order_id = o.id) AS lines,
  (SELECT json_agg(json_build_array(u.order_line_id, u.unit, c.ref, l.state, c.created_at) ORDER BY c.created_at DESC)
     FROM claims AS c JOIN claim_lines AS l ON l.claim_id = c.id JOIN claim_units AS u ON u.claim_line_id = l.id
    WHERE c.order_id = o.id AND u.live) AS units
FROM orders AS o
WHERE o.order_number = $1 AND o.customer_id = $2
"""


@dataclass(frozen=True, slots=True)
class OrderRows:
    """An order with its lines and their shipments. taken: unit numbers by line that a live claim speaks for.

    claims: those claims by line, newest first: ref, state of the line, and when it was reported.
    """

    order: Order
    lines: list[OrderLine]
    taken: dict[int, frozenset[int]]
    claims: dict[int, list[tuple[str, str, datetime]]]


def whole(session: Session, order_number: str, customer_id: int) -> OrderRows | None:
    """Read a customer's own order as its report page shows it; nothing where it is not theirs."""
    found = ask_one(session, _WHOLE, (order_number, customer_id))
    if found is None:
        return None
    of_order, lines, units = found
    taken: dict[int, set[int]] = defaultdict(set)
    claims: dict[int, dict[tuple[str, str, str], None]] = defaultdict(dict)
    for line_id, unit, ref, state, reported_at in units or ():
        taken[line_id].add(unit)
        claims[line_id][ref, state, reported_at] = None
    return OrderRows(
        order=read(Order, of_order),
        lines=[read(OrderLine, row["line"], shipment=read(Shipment, row["shipment"])) for row in lines or ()],
        taken={line_id: frozenset(units) for line_id, units in taken.items()},
        claims={
            line_id: [(ref, state, datetime.fromisoformat(at)) for ref, state, at in told]
            for line_id, told in claims.items()
        },
    )
