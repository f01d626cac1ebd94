"""What an order has given back, by unit and part: the parts of credit and of refunds that were not turned down."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from portal.domain.entitlement import from_document, split_given, sum_of, to_document

# What of the credit of the remedy ``d`` was taken back as an error: it was never meant to be given.
TAKEN_BACK = """coalesce((SELECT sum(v.taken_minor) FROM credit_lots AS t JOIN credit_reversals AS v ON v.lot_id = t.id
        WHERE t.source = d.ref AND t.origin = 'paid_value'), 0)::bigint"""
# A part of larger statements. A gift in store credit is beside what was paid, so it takes nothing of it.
GIVEN_BACK = Template("""
  SELECT json_agg(json_build_array(k.order_line_id,
      (SELECT json_agg(u.unit ORDER BY u.unit) FROM claim_units AS u WHERE u.claim_line_id = k.id),
      d.credit_minor, CASE WHEN d.credit_minor = 0 THEN 0 ELSE $taken END, coalesce(live.minor, 0),
      d.credit_parts, live.parts) ORDER BY d.id)
  FROM claims AS about JOIN claim_lines AS k ON k.claim_id = about.id JOIN remedies AS d ON d.claim_line_id = k.id
  CROSS JOIN LATERAL (SELECT sum(f.amount_minor) AS minor, json_agg(f.parts) AS parts
    FROM refunds AS f WHERE f.remedy_id = d.id AND f.state <> ALL (%(dead)s)) AS live
  WHERE about.order_id = $$order AND d.kind <> 'replacement'
    AND (d.kind <> 'store_credit' OR d.policy_class <> 'goodwill')
""").substitute(taken=TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What one remedy has given back of some units of an order line, as credit and in refunds.

    Credit that was taken back as an error is not among it. parts: documents, none where none were kept.
    """

    line_id: int
    units: tuple[int, ...]
    credit_minor: int
    refunded_minor: int
    parts: tuple[dict[str, Any], ...] | None


def given_back_in(found: Sequence[Any] | None) -> list[GivenBack]:
    """Read what ``GIVEN_BACK`` found."""
    rows = []
    for line_id, units, credit_minor, taken_minor, refunded_minor, *documents in found or ():
        parts = (documents[0], *(documents[1] or ()))
        known = None if None in parts else (_less(parts[0], taken_minor), *parts[1:])
        rows.append(GivenBack(line_id, tuple(units or ()), credit_minor - taken_minor, refunded_minor, known))
    return rows


def _less(credit: dict[str, Any], taken_minor: int) -> dict[str, Any]:
    """Give the parts of credit that are left of it, each less its share of what was taken back."""
    if not taken_minor:
        return credit
    given = from_document(credit)
    return to_document(split_given(given, [sum_of(given).total - taken_minor, taken_minor])[0])
