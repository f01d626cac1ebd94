"""Keep what was bought and paid of an order that was put right already, whatever the feed says of it by now.

What went back was taken out of it, part by part, so it must go on fitting. What the feed says instead is told.
"""

from dataclasses import dataclass

from psycopg import Connection, sql

_ANY_KNOWN = """
    SELECT EXISTS (SELECT FROM feed_orders WHERE known) OR EXISTS (SELECT FROM feed_paid WHERE known)
"""
# Amounts of a staged line ``f`` and of the known one ``k``, both in minor units, in the same order.
_STAGED = """f.quantity, (f.unit_price * o.factor)::bigint, (f.shipping_price * f.quantity * o.factor)::bigint,
    coalesce((f.line_discount * o.factor)::bigint, 0), coalesce((f.line_tax * o.factor)::bigint, 0),
    coalesce((f.shipping_tax * o.factor)::bigint, 0), coalesce(f.tax_included = 'yes', false)"""
_KNOWN = """k.quantity, k.unit_price_minor, k.shipping_minor, k.discount_minor, k.tax_minor, k.shipping_tax_minor,
    k.tax_included"""
# added: a new line's cost, or a new payment's amount as far as it was taken; none for what only changes.
_CHANGES = sql.SQL("""
    CREATE TEMPORARY TABLE feed_changes ON COMMIT DROP AS
    SELECT o.order_id, 'line' AS what, f.line_number AS number, f.quantity, ROW({staged})::text AS said,
      CASE WHEN k.id IS NULL THEN round(((f.unit_price + f.shipping_price) * f.quantity - coalesce(f.line_discount, 0)
        + CASE WHEN f.tax_included = 'yes' THEN 0 ELSE coalesce(f.line_tax, 0) + coalesce(f.shipping_tax, 0) END)
        * o.factor) END AS added
    FROM feed_lines AS f JOIN feed_orders AS o USING (order_number)
    LEFT JOIN order_lines AS k ON k.order_id = o.order_id AND k.line_number = f.line_number
    WHERE o.known AND (k.id IS NULL OR ({staged}) IS DISTINCT FROM ({known}))
    UNION ALL
    SELECT f.order_id, 'payment', f.sequence, NULL, ROW((f.amount * f.factor)::bigint, f.captured_at IS NULL)::text,
      CASE WHEN k.id IS NULL THEN CASE WHEN f.captured_at IS NULL THEN 0 ELSE (f.amount * f.factor)::bigint END END
    FROM feed_paid AS f JOIN orders ON orders.id = f.order_id LEFT JOIN payments AS k ON k.id = f.payment_id
    WHERE k.id IS NULL OR (f.amount * f.factor)::bigint <> k.amount_minor
      OR (f.captured_at IS NULL AND k.captured_at IS NOT NULL)
""").format(staged=sql.SQL(_STAGED), known=sql.SQL(_KNOWN))
# Whoever puts an order right holds it, so it is asked only now, which of them were.
_HOLD = "SELECT FROM orders WHERE id IN (SELECT order_id FROM feed_changes) ORDER BY id FOR UPDATE"
# A unit that somebody speaks for must not vanish under them either. covered: new payments pay for the new lines.
_GIVEN = """
    CREATE TEMPORARY TABLE feed_given ON COMMIT DROP AS
    SELECT c.order_id, coalesce(sum(c.added) FILTER (WHERE c.what = 'line'), 0)
      <= coalesce(sum(c.added) FILTER (WHERE c.what = 'payment'), 0) AS covered
    FROM feed_changes AS c GROUP BY c.order_id
    HAVING EXISTS (SELECT FROM claims JOIN remedies ON remedies.claim_id = claims.id WHERE claims.order_id = c.order_id)
      OR EXISTS (
        SELECT FROM feed_changes AS less JOIN order_lines AS k ON k.order_id = less.order_id
          AND k.line_number = less.number
        JOIN claim_units AS u ON u.order_line_id = k.id AND u.live AND u.unit > less.quantity
        WHERE less.order_id = c.order_id AND less.what = 'line')
"""
_CONTRADICTED = """
    SELECT orders.order_number, (SELECT max(id) FROM claims WHERE claims.order_id = orders.id),
      md5(string_agg(c.what || c.number || c.said, ';' ORDER BY c.what, c.number))
    FROM feed_given JOIN feed_changes AS c USING (order_id) JOIN orders ON orders.id = c.order_id
    WHERE c.added IS NULL OR (c.what = 'line' AND NOT feed_given.covered)
    GROUP BY orders.id ORDER BY orders.id
"""
_KEEP_LINES = """
    UPDATE feed_lines AS f SET quantity = k.quantity, unit_price = k.unit_price_minor / o.factor,
      shipping_price = k.shipping_minor / (k.quantity * o.factor), line_discount = k.discount_minor / o.factor,
      line_tax = k.tax_minor / o.factor, shipping_tax = k.shipping_tax_minor / o.factor,
      tax_included = CASE WHEN k.tax_included THEN 'yes' ELSE 'no' END
    FROM feed_orders AS o JOIN feed_given USING (order_id) JOIN order_lines AS k USING (order_id)
    WHERE o.order_number = f.order_number AND k.line_number = f.line_number
"""
_NO_NEW_LINES = """
    DELETE FROM feed_lines AS f USING feed_orders AS o JOIN feed_given USING (order_id)
    WHERE o.order_number = f.order_number AND NOT feed_given.covered AND NOT EXISTS (
      SELECT FROM order_lines AS k WHERE k.order_id = o.order_id AND k.line_number = f.line_number)
"""
_NO_EMPTY_PARCELS = """
    DELETE FROM feed_shipments AS s USING feed_given WHERE s.order_id = feed_given.order_id AND NOT s.known
      AND NOT EXISTS (SELECT FROM feed_lines AS f WHERE f.order_number = s.order_number AND f.shipment = s.shipment)
"""
_KEEP_PAYMENTS = """
    UPDATE feed_paid AS f SET amount = k.amount_minor / f.factor, captured_at = coalesce(f.captured_at, k.captured_at)
    FROM feed_given, payments AS k WHERE f.order_id = feed_given.order_id AND k.id = f.payment_id
"""
_TOTALS = """
    UPDATE feed_orders AS o SET
      lines_total = coalesce((SELECT round(sum(o.factor * ((unit_price + shipping_price) * quantity - line_discount
          + CASE WHEN tax_included = 'yes' THEN 0 ELSE line_tax + shipping_tax END))) FROM (
        SELECT unit_price, shipping_price, quantity, coalesce(line_discount, 0) AS line_discount, tax_included,
          coalesce(line_tax, 0) AS line_tax, coalesce(shipping_tax, 0) AS shipping_tax
        FROM feed_lines WHERE order_number = o.order_number) AS staged), 0)
      + (SELECT coalesce(sum(k.unit_price_minor * k.quantity + k.shipping_minor - k.discount_minor
          + CASE WHEN k.tax_included THEN 0 ELSE k.tax_minor + k.shipping_tax_minor END), 0)
        FROM order_lines AS k WHERE k.order_id = o.order_id AND NOT EXISTS (
          SELECT FROM feed_lines AS f WHERE f.order_number = o.order_number AND f.line_number = k.line_number)),
      payments_total = (SELECT coalesce(sum(amount * factor), 0) FROM feed_paid WHERE order_id = o.order_id)
      + (SELECT coalesce(sum(k.amount_minor), 0) FROM payments AS k WHERE k.order_id = o.order_id AND NOT EXISTS (
          SELECT FROM feed_paid AS f WHERE f.payment_id = k.id))
    FROM feed_given WHERE o.order_id = feed_given.order_id
"""


@dataclass(frozen=True, slots=True)
class Contradicted:
    """An order that keeps its amounts against the feed. said: a digest of what the feed says; claim_id: its newest."""

    order_number: str
    claim_id: int
    said: str


def keep_given(connection: Connection) -> list[Contradicted]:
    """Put what is known in place of what is staged, for orders with a remedy; tell which the feed contradicts.

    New payments are taken, and new lines that these pay for. Those orders are held until the import is over.
    """
    if connection.execute(_ANY_KNOWN).fetchone() != (True,):
        return []
    connection.execute(_CHANGES)
    connection.execute(_HOLD)
    connection.execute(_GIVEN)
    contradicted = [Contradicted(*row) for row in connection.execute(_CONTRADICTED).fetchall()]
    if contradicted:
        for keep in (_KEEP_LINES, _NO_NEW_LINES, _NO_EMPTY_PARCELS, _KEEP_PAYMENTS, _TOTALS):
            connection.execute(keep)
    return contradicted
