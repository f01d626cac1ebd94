"""Orders: found, held, and loaded whole with what has already gone back of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.domain.certainty import certain
from portal.domain.claims import WITHDRAWABLE
from portal.domain.incidents import About
from portal.domain.problems import Problem
from portal.domain.refunds import DEAD
from portal.domain.stock import Free
from portal.records import incidents, policies, stock
from portal.records.customer_history import HISTORY, History, history_in
from portal.records.given_back import GIVEN_BACK, GivenBack, given_back_in
from portal.records.in_transaction import ask
from portal.records.rows_as_json import read
from portal.records.spent import SPENT
from portal.records.tables.orders import Customer, Order, OrderLine, Payment, Shipment

DEAD_STATES = [state.value for state in DEAD]
# A claim line in one of these has been given nothing yet, or something came back of it.
UNDECIDED = [state.value for state in WITHDRAWABLE]
# A part of larger statements: the payments of an order, each with what it cannot take back any more.
PAYMENTS = Template("""
  SELECT json_agg(json_build_array(row_to_json(p), $spent) ORDER BY p.sequence)
  FROM payments AS p WHERE p.order_id = $$order
""").substitute(spent=SPENT)
_PAYMENTS_OF = Template(PAYMENTS).substitute(order="%(order_id)s")
# No rule counts as many earlier claims as are looked at.
_WHOLE = Template("""
SELECT
  (SELECT json_agg(json_build_object('line', l, 'shipment', s) ORDER BY l.line_number)
     FROM order_lines AS l JOIN shipments AS s ON s.id = l.shipment_id WHERE l.order_id = %(order_id)s),
  ($payments),
  (SELECT json_agg(json_build_array(u.order_line_id, u.unit, c.ref, cl.problem, cl.state = ANY (%(undecided)s)))
     FROM order_lines AS l JOIN claim_units AS u ON u.order_line_id = l.id
     JOIN claim_lines AS cl ON cl.id = u.claim_line_id JOIN claims AS c ON c.id = cl.claim_id
    WHERE l.order_id = %(order_id)s AND u.live),
  ARRAY(SELECT c.created_at FROM claims AS c
    WHERE c.customer_id = %(customer_id)s AND c.created_at >= %(since)s AND c.state <> 'withdrawn'
      AND c.raised_by <> 'system:outreach' AND c.id IS DISTINCT FROM %(beside)s
    ORDER BY c.created_at DESC LIMIT 100),
  ($given_back),
  ($policy),
  (SELECT json_agg(json_build_array(ol.id, shelf.id, shelf.free))
     FROM order_lines AS ol CROSS JOIN LATERAL ($shelf) AS shelf WHERE ol.order_id = %(order_id)s),
  ($history),
  ($incidents)
""").substitute(
    payments=_PAYMENTS_OF,
    given_back=Template(GIVEN_BACK).substitute(order="%(order_id)s"),
    policy=policies.DECIDES.substitute(what="json_build_array(v.id, v.published_at)"),
    shelf=stock.SHELF_OF,
    history=HISTORY,
    incidents=incidents.OPEN,
)
_HOLD_OWNED = """
SELECT row_to_json(o), row_to_json(c) FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
WHERE o.order_number = %(order_number)s AND o.customer_id = %(customer_id)s FOR UPDATE OF o
"""


@dataclass(frozen=True, slots=True)
class Dossier:
    """An order whole: its lines with their shipments, its payments, what is spoken for and what has gone back.

    spent: minor units by payment id that cannot go back to it any more.
    taken: unit numbers by line id that a live claim speaks for,
    claim_of: ref of that claim by (line id, unit). undecided: the units of those that may still get anything; charged:
    such units that are reported as charged wrongly. given_back: what each remedy gave, and did not get back.
    earlier_claims: when this customer reported before, on any order, the newest first; history: the rest of theirs.
    incidents: what the open ones are about. policy: the version that decides about the order,
    by its key and when it was published, where one is in force. stock: what is free of each line's SKU, by line id,
    where the shop keeps its stock.
    """

    order: Order
    lines: list[OrderLine]
    payments: list[Payment]
    spent: dict[int, int]
    taken: dict[int, frozenset[int]]
    claim_of: dict[tuple[int, int], str]
    undecided: frozenset[tuple[int, int]]
    charged: frozenset[tuple[int, int]]
    given_back: list[GivenBack]
    earlier_claims: list[datetime]
    policy: tuple[int, str] | None
    stock: dict[int, Free]
    history: History
    incidents: tuple[About, ...]


def hold_owned(session: Session, order_number: str, customer_id: int) -> Order | None:
    """Lock a customer's own order, and give it with its customer."""
    asked = {"order_number": order_number, "customer_id": customer_id}
    held = ask(session, _HOLD_OWNED, asked)
    return None if held is None else read(Order, held[0], customer=read(Customer, held[1]))


def hold(session: Session, order_id: int) -> Order:
    """Lock an order: the first lock of every change to its claims, remedies and refunds."""
    asked = select(Order).where(Order.id == order_id).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def load(session: Session, order: Order, *, now: datetime, since: datetime, beside: int | None = None) -> Dossier:
    """Load an order whole, however long it is, in one query. since: how far back a customer's history is looked for.

    beside: a claim that is judged again and is no history of itself.
    """
    mine = {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "market": order.market,
        "placed_at": order.placed_at,
        "now": now,
        "since": since,
        "beside": beside,
        "dead": DEAD_STATES,
        "undecided": UNDECIDED,
    }
    lines, paid, units, earlier_claims, given_back, policy, free, history, open_incidents = certain(
        ask(session, _WHOLE, mine), "this statement gives a row"
    )
    units, payments = units or [], payments_in(paid)
    taken: dict[int, set[int]] = defaultdict(set)
    for line_id, unit, _, _, _ in units:
        taken[line_id].add(unit)
    return Dossier(
        order=order,
        lines=[read(OrderLine, row["line"], shipment=read(Shipment, row["shipment"])) for row in lines or ()],
        payments=[payment for payment, _ in payments],
        spent={payment.id: spent for payment, spent in payments},
        taken={line_id: frozenset(numbers) for line_id, numbers in taken.items()},
        claim_of={(line_id, unit): ref for line_id, unit, ref, _, _ in units},
        undecided=frozenset((line_id, unit) for line_id, unit, _, _, undecided in units if undecided),
        charged=frozenset(
            (line_id, unit)
            for line_id, unit, _, problem, undecided in units
            if undecided and problem == Problem.CHARGED_WRONGLY
        ),
        given_back=given_back_in(given_back),
        earlier_claims=list(earlier_claims),
        policy=tuple(policy) if policy else None,
        stock=stock.free_in(free),
        history=history_in(history),
        incidents=incidents.open_in(open_incidents),
    )


def payments_in(found: list[tuple[dict[str, Any], int]] | None) -> list[tuple[Payment, int]]:
    """Read what ``PAYMENTS`` found."""
    return [(read(Payment, row), spent) for row, spent in found or ()]


def after(session: Session, order_id: int, *, limit: int) -> list[Order]:
    """List orders by their keys, after one, to walk through all of them."""
    return list(session.scalars(select(Order).where(Order.id > order_id).order_by(Order.id).limit(limit)))


def of_customer(session: Session, customer_id: int, *, limit: int, offset: int) -> tuple[list[Order], int]:
    """List a customer's orders, newest first, with their lines and shipments, and count all; beyond the last, none."""
    asked = (
        select(Order, func.count().over())
        .where(Order.customer_id == customer_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(asked).all()
    orders = [order for order, _ in rows]
    by_id = {order.id: order for order in orders}
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id.in_(by_id))
        .options(joinedload(OrderLine.shipment))
        .order_by(OrderLine.order_id, OrderLine.line_number)
    )
    grouped: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        grouped[line.order_id].append(line)
    for order in orders:
        _fill(order, grouped[order.id])
    return orders, rows[0][1] if rows else 0


def _fill(order: Order, lines: list[OrderLine]) -> None:
    """Give an order the lines that one query loaded for the whole page."""
    state = order.__dict__
    state["lines"] = lines
