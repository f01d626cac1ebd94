"""What the orders of a history held and what it came to, so that a run can tell that no branch was left out."""

from tests.prove.simulation.carts import KINDS
from tests.prove.simulation.world import World

# The parts that refunds and credit gave back; goods and shipping alone come in every history.
_PARTS = ("discount", "tax", "goods_surplus", "shipping_tax", "shipping_surplus")
_GAVE = """
    SELECT DISTINCT part.key FROM (
      SELECT parts FROM refunds WHERE state = 'succeeded' UNION ALL SELECT credit_parts FROM remedies
    ) AS kept CROSS JOIN LATERAL jsonb_each(kept.parts) AS line CROSS JOIN LATERAL jsonb_each(line.value) AS part
"""
_CAME = {
    "overpaid, and given back by a rule": "SELECT FROM remedies d JOIN offers f ON f.id = d.offer_id"
    " WHERE f.of_overpaid_minor > 0",
    "charged wrongly, and given back by a person": """
        SELECT FROM remedies d JOIN offers f ON f.id = d.offer_id JOIN claim_lines k ON k.id = d.claim_line_id
        WHERE k.problem = 'charged_wrongly' AND f.of_overpaid_minor IS NULL""",
    "less than a card takes, given as credit": """
        SELECT FROM remedies d JOIN claims c ON c.id = d.claim_id JOIN payments p ON p.order_id = c.order_id
        WHERE d.kind = 'refund' AND d.currency = 'KWD' AND d.credit_minor % 10 > 0""",
    "a hold that ran out": "SELECT FROM credit_holds WHERE state = 'expired'",
    "credit that ended": "SELECT FROM credit_moves WHERE kind = 'expire'",
    "credit that was not ours to keep": "SELECT FROM journal_postings WHERE account = 'unclaimed_property'",
}
REACHED = (*KINDS, *(f"gave back: {name}" for name in _PARTS), *_CAME)


def reached(world: World) -> list[str]:
    """Name what this history came to."""
    gave = {row.key for row in world.ask(_GAVE)}
    found = [f"gave back: {name}" for name in _PARTS if name in gave]
    asked = " UNION ALL ".join(
        f"SELECT {place} AS place WHERE EXISTS ({sql})" for place, sql in enumerate(_CAME.values())
    )
    return found + [tuple(_CAME)[row.place] for row in world.ask(asked.replace("%", "%%"))]
