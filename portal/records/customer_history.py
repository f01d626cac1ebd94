"""What a customer has been through with the shop: their other orders, and what earlier claims gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

# A part of larger statements: one column. Of each list the newest hundred since a moment, beside one order and, where a
# claim is judged again, beside that claim.
HISTORY = """
  SELECT json_build_array(
    (SELECT min(o.placed_at) FROM orders AS o WHERE o.customer_id = %(customer_id)s),
    ARRAY(SELECT o.placed_at FROM orders AS o
      WHERE o.customer_id = %(customer_id)s AND o.placed_at >= %(since)s AND o.id <> %(order_id)s
      ORDER BY o.placed_at DESC LIMIT 100),
    ARRAY(SELECT json_build_array(d.promised_at, d.amount_minor + d.bonus_minor,
          CASE d.policy_class WHEN 'entitled' THEN d.bonus_minor ELSE d.amount_minor + d.bonus_minor END, d.currency)
      FROM claims AS c JOIN remedies AS d ON d.claim_id = c.id
      WHERE c.customer_id = %(customer_id)s AND c.id IS DISTINCT FROM %(beside)s
        AND d.state IN ('promised', 'settled') AND d.promised_at >= %(since)s
      ORDER BY d.promised_at DESC LIMIT 100),
    ARRAY(SELECT e.happened_at FROM claims AS c JOIN claim_events AS e ON e.claim_id = c.id
      WHERE c.customer_id = %(customer_id)s AND c.id IS DISTINCT FROM %(beside)s
        AND e.action IN ('not_restored', 'told_again') AND e.happened_at >= %(since)s
      ORDER BY e.happened_at DESC LIMIT 100),
    ARRAY(SELECT DISTINCT k.order_line_id FROM claims AS c
      JOIN claim_events AS e ON e.claim_id = c.id AND e.action = 'not_restored'
      JOIN claim_lines AS k ON k.id = e.claim_line_id WHERE c.order_id = %(order_id)s))
"""


class RemedyGiven(NamedTuple):
    """A remedy that was promised and did not fail: its worth, and how much of that nobody owed, in minor units."""

    promised_at: datetime
    minor: int
    goodwill_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a customer beside this order, each list the newest first.

    first_order_at: of all their orders. failed_follow_ups: when they told us that what we did was not right.
    not_right: lines of this order, by their keys, of which they told us so, on whatever claim.
    """

    first_order_at: datetime | None
    orders: tuple[datetime, ...]
    remedies: tuple[RemedyGiven, ...]
    failed_follow_ups: tuple[datetime, ...]
    not_right: frozenset[int]


def history_in(found: Sequence[Any]) -> History:
    """Read what ``HISTORY`` found."""
    first, orders, remedies, failed, not_right = found
    return History(
        first_order_at=None if first is None else datetime.fromisoformat(first),
        orders=tuple(map(datetime.fromisoformat, orders)),
        remedies=tuple(RemedyGiven(datetime.fromisoformat(at), *worth) for at, *worth in remedies),
        failed_follow_ups=tuple(map(datetime.fromisoformat, failed)),
        not_right=frozenset(not_right),
    )
