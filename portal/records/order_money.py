"""The money of one order in one statement: its lines, its payments, what it gave back, the units of its claims."""

from collections import defaultdict
from dataclasses import dataclass
from string import Template
from typing import Any

from sqlalchemy.orm import Session

from portal.records.given_back import GIVEN_BACK, GivenBack, given_back_in
from portal.records.in_transaction import ask
from portal.records.orders import DEAD_STATES, PAYMENTS, UNDECIDED, payments_in
from portal.records.rows_as_json import read_all
from portal.records.tables.orders import OrderLine, Payment

# A part of larger statements: four columns. $order names the order, $claim the claim whose own units are asked for.
ORDER_MONEY = Template("""
  ($payments), ($given_back),
  (SELECT json_agg(l ORDER BY l.line_number) FROM order_lines AS l WHERE l.order_id = $$order),
  (SELECT json_agg(json_build_array(l.order_line_id, u.unit, l.id, x.id <> $$claim AND l.state = ANY (%(undecided)s)))
     FROM claims AS x JOIN claim_lines AS l ON l.claim_id = x.id JOIN claim_units AS u ON u.claim_line_id = l.id
    WHERE x.order_id = $$order AND (u.live OR x.id = $$claim))
""").substitute(payments=PAYMENTS, given_back=GIVEN_BACK)
_OF_CLAIM = Template("SELECT $money FROM claims AS c WHERE c.id = %(claim_id)s").substitute(
    money=Template(ORDER_MONEY).substitute(order="c.order_id", claim="c.id")
)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What an order was paid, and what of it went back.

    payments: each with the minor units that cannot go back to it any more. units: of each claim line, by its id;
    undecided: units by order line that claims beside this one may still get something for.
    """

    payments: list[tuple[Payment, int]]
    given_back: list[GivenBack]
    lines: list[OrderLine]
    units: dict[int, list[int]]
    undecided: frozenset[tuple[int, int]]

    @property
    def captured(self) -> list[tuple[Payment, int]]:
        """The payments that were taken."""
        return [(payment, spent) for payment, spent in self.payments if payment.captured_at is not None]

    @property
    def surplus_is_interest(self) -> bool:
        """What was paid beyond the prices is what an instalment plan costs, and no charge by mistake."""
        return any(payment.installments > 1 for payment, _ in self.captured)


def order_money(session: Session, claim_id: int) -> OrderMoney:
    """Read the money of the order that a claim is about."""
    asked = {"claim_id": claim_id, "dead": DEAD_STATES, "undecided": UNDECIDED}
    return order_money_in(ask(session, _OF_CLAIM, asked) or (None,) * 4)


def order_money_in(columns: tuple[Any, ...] | list[Any]) -> OrderMoney:
    """Read what ``ORDER_MONEY`` found."""
    payments, given_back, lines, told = columns
    units: dict[int, list[int]] = defaultdict(list)
    for _, unit, claim_line_id, _ in told or ():
        units[claim_line_id].append(unit)
    return OrderMoney(
        payments=payments_in(payments),
        given_back=given_back_in(given_back),
        lines=read_all(OrderLine, lines),
        units=units,
        undecided=frozenset((line_id, unit) for line_id, unit, _, undecided in told or () if undecided),
    )
