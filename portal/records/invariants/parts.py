"""M: what a line and an order give back, part by part: goods, discount, tax, shipping, shipping tax."""

from string import Template

from portal.records.given_back import TAKEN_BACK
from portal.records.invariants.declared import Invariant

# By line, what of each part has gone back or is on its way. What failed is not counted any more, nor is credit of which
# something was taken back as an error: M8 and M9 count what is left of that, whatever part it is of.
_GIVEN = Template("""
    SELECT line.key::bigint AS line_id, coalesce(sum(n.minor::bigint) FILTER (WHERE part.key = 'goods'), 0) AS goods,
      coalesce(sum(n.minor::bigint) FILTER (WHERE part.key = 'discount'), 0) AS discount,
      coalesce(sum(n.minor::bigint) FILTER (WHERE part.key = 'tax'), 0) AS tax,
      coalesce(sum(n.minor::bigint) FILTER (WHERE part.key = 'shipping'), 0) AS shipping,
      coalesce(sum(n.minor::bigint) FILTER (WHERE part.key = 'shipping_tax'), 0) AS shipping_tax,
      coalesce(sum(n.minor::bigint) FILTER (WHERE part.key LIKE '%_surplus'), 0) AS surplus,
      coalesce(min(n.minor::bigint), 0) AS least
    FROM (SELECT parts FROM refunds WHERE parts IS NOT NULL AND state <> ALL (:dead)
          UNION ALL SELECT d.credit_parts FROM remedies d WHERE d.credit_parts IS NOT NULL AND $taken = 0) AS kept
    CROSS JOIN LATERAL jsonb_each(kept.parts) AS line CROSS JOIN LATERAL jsonb_each(line.value) AS part
    CROSS JOIN LATERAL jsonb_array_elements_text(part.value) AS n (minor)
    WHERE part.key <> 'units' GROUP BY line.key
""").substitute(taken=TAKEN_BACK)
# By line, what each part should have cost, as the domain takes a price apart, and what of all of it was captured.
_ASKED = """
    SELECT id AS line_id, order_id, goods, discount, tax, shipping, shipping_tax, surplus, CASE
        WHEN captured < whole THEN captured / whole ELSE 1 END AS paid
    FROM (
      SELECT *, sum(goods - discount + tax + shipping + shipping_tax) OVER (PARTITION BY order_id) AS whole,
        greatest(captured - sum(goods - discount + tax + shipping + shipping_tax) OVER (PARTITION BY order_id), 0)
          AS surplus
      FROM (
        SELECT l.id, l.order_id, discount, paid.captured,
          CASE WHEN tax_included THEN listed - least(tax_minor, listed - discount) ELSE listed END AS goods,
          CASE WHEN tax_included THEN least(tax_minor, listed - discount) ELSE greatest(tax_minor - rest, 0) END AS tax,
          CASE WHEN tax_included THEN carriage - least(shipping_tax_minor, carriage) ELSE carriage END AS shipping,
          CASE WHEN tax_included THEN least(shipping_tax_minor, carriage)
            ELSE greatest(shipping_tax_minor - greatest(rest - tax_minor, 0), 0) END AS shipping_tax
        FROM order_lines l
        CROSS JOIN LATERAL (SELECT l.quantity * l.unit_price_minor AS listed) AS prices
        CROSS JOIN LATERAL (SELECT least(l.discount_minor, listed) AS discount,
          greatest(l.discount_minor - listed, 0) AS over) AS off
        CROSS JOIN LATERAL (SELECT greatest(l.shipping_minor - over, 0) AS carriage,
          greatest(over - l.shipping_minor, 0) AS rest) AS more
        CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE captured_at IS NOT NULL), 0) AS captured
          FROM payments WHERE order_id = l.order_id) AS paid
        WHERE l.order_id IN (SELECT order_id FROM order_lines WHERE id IN (SELECT line_id FROM given))
      ) AS parts
    ) AS sums
"""
_LINE = Template("""
    SELECT 'line ' || line_id FROM (
      WITH given AS MATERIALIZED ($given), asked AS ($asked)
      SELECT g.line_id FROM given AS g LEFT JOIN asked AS a USING (line_id)
      WHERE a.line_id IS NULL OR g.least < 0 OR g.discount > a.discount
        OR g.goods - g.discount > ceil((a.goods - a.discount) * a.paid) OR g.tax > ceil(a.tax * a.paid)
        OR g.shipping > ceil(a.shipping * a.paid) OR g.shipping_tax > ceil(a.shipping_tax * a.paid)
    ) AS parts
""").substitute(given=_GIVEN, asked=_ASKED)
_ORDER = Template("""
    SELECT o.order_number FROM (
      WITH given AS MATERIALIZED ($given), asked AS ($asked)
      SELECT a.order_id FROM asked AS a LEFT JOIN given AS g USING (line_id) GROUP BY a.order_id
      HAVING coalesce(sum(g.tax + g.shipping_tax), 0) > sum(a.tax + a.shipping_tax)
        OR coalesce(sum(g.goods - g.discount + g.shipping), 0) > sum(a.goods - a.discount + a.shipping)
        OR coalesce(sum(g.surplus), 0) > max(a.surplus)
    ) AS parts JOIN orders AS o ON o.id = parts.order_id
""").substitute(given=_GIVEN, asked=_ASKED)
_SUMS = """
    SELECT ref FROM (
      SELECT ref, amount_minor AS minor, parts FROM refunds WHERE parts IS NOT NULL
      UNION ALL SELECT ref, credit_minor, credit_parts FROM remedies
      WHERE credit_parts IS NOT NULL AND NOT (kind = 'store_credit' AND policy_class = 'goodwill')
    ) AS kept
    WHERE minor <> (
      SELECT coalesce(sum(CASE WHEN part.key = 'discount' THEN -n.minor::bigint ELSE n.minor::bigint END), 0)
      FROM jsonb_each(kept.parts) AS line CROSS JOIN LATERAL jsonb_each(line.value) AS part
      CROSS JOIN LATERAL jsonb_array_elements_text(part.value) AS n (minor) WHERE part.key <> 'units')
"""

PARTS = (
    Invariant("M10", "the parts of a refund, and of a credit, add up to it", "refunds", _SUMS),
    Invariant("M16", "no part of a line gives back more than was paid for it", "refunds", _LINE),
    Invariant(
        "M17", "tax and net of an order, and what was overpaid, each give back no more than was paid", "refunds", _ORDER
    ),
)
