"""What an order has given back, by unit and part: the parts of credit and of refunds that were not turned down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# A part of larger statements. A gift in store credit is beside what was paid, so it takes nothing of it.
GIVEN_BACK = """
  SELECT json_agg(json_build_array(k.order_line_id,
      (SELECT json_agg(u.unit ORDER BY u.unit) FROM claim_units AS u WHERE u.claim_line_id = k.id),
      d.credit_minor, coalesce(live.minor, 0), d.credit_parts, live.parts) ORDER BY d.id)
  FROM claims AS about JOIN claim_lines AS k ON k.claim_id = about.id JOIN remedies AS d ON d.claim_line_id = k.id
  CROSS JOIN LATERAL (SELECT sum(f.amount_minor) AS minor, json_agg(f.parts) AS parts
    FROM refunds AS f WHERE f.remedy_id = d.id AND f.state <> ALL (%(dead)s)) AS live
  WHERE about.order_id = $order AND d.kind <> 'replacement'
    AND (d.kind <> 'store_credit' OR d.policy_class <> 'goodwill')
"""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What one remedy has given back of some units of an order line, as credit and in refunds.

    parts: documents, none where none were kept.
    """

    line_id: int
    units: tuple[int, ...]
    credit_minor: int
    refunded_minor: int
    parts: tuple[dict[str, Any], ...] | None


def given_back_in(found: Sequence[Any] | None) -> list[GivenBack]:
    """Read what ``GIVEN_BACK`` found."""
    rows = []
    for line_id, units, credit_minor, refunded_minor, *documents in found or ():
        parts = (documents[0], *(documents[1] or ()))
        known = None if None in parts else parts
        rows.append(GivenBack(line_id, tuple(units or ()), credit_minor, refunded_minor, known))
    return rows
