"""Bring staged lines together: which orders, parcels and customers they speak of, under which ids, on which dates.

Ids are taken here, before anything is written: a known order, parcel or customer keeps its own, a new one gets the
next of its sequence. Dates are moved here by whole days, and what then lies in the future has not happened.
"""

import secrets
from datetime import UTC, date, datetime

from psycopg import Connection, sql

from portal.domain.currencies import KNOWN
from portal.domain.money import exponent
from portal.records.feed_erased import keep_cards_erased, keep_erased

_ORDERS = """
    CREATE TEMPORARY TABLE feed_orders (
        line integer, lines bigint, order_number text, known boolean, order_id bigint, claimant_id bigint,
        placed_at timestamptz, status text, mailbox text, customer_name text, locale text, currency text,
        ship_to_name text, ship_to_line1 text, ship_to_city text, ship_to_region text, ship_to_postcode text,
        ship_to_country text,
        factor numeric, lines_total numeric, payments_total numeric
    ) ON COMMIT DROP;
    INSERT INTO feed_orders
    SELECT first.line, heads.lines, first.order_number, known.id IS NOT NULL,
        coalesce(known.id, nextval((SELECT pg_get_serial_sequence('orders', 'id')::regclass))),
        CASE WHEN known.id IS NOT NULL AND EXISTS (SELECT FROM claims WHERE claims.order_id = known.id)
            THEN known.customer_id END,
        first.placed_at + make_interval(days => {days}), first.status, lower(first.email), first.customer_name,
        replace(first.locale, '-', '_'), first.currency, first.ship_to_name, coalesce(first.ship_to_line1, ''),
        coalesce(first.ship_to_city, ''), coalesce(first.ship_to_region, ''), coalesce(first.ship_to_postcode, ''),
        first.ship_to_country, factor, heads.thousandths * share, coalesce(paid.thousandths, 0) * share
    FROM (
        SELECT min(line) AS line, count(*) AS lines, sum((1000 * (
            (unit_price + shipping_price) * quantity - coalesce(line_discount, 0)
            + CASE WHEN tax_included = 'yes' THEN 0 ELSE coalesce(line_tax, 0) + coalesce(shipping_tax, 0) END
        ))::bigint) AS thousandths
        FROM feed_lines GROUP BY order_number
    ) AS heads
    JOIN feed_lines AS first USING (line)
    JOIN (VALUES {currencies}) AS units (currency, factor, share) USING (currency)
    LEFT JOIN (
        SELECT order_number, sum((amount * 1000)::bigint) AS thousandths FROM feed_payments GROUP BY order_number
    ) AS paid USING (order_number)
    LEFT JOIN orders AS known ON known.order_number = first.order_number
    ORDER BY first.line;
    ANALYZE feed_orders (line, lines, order_number, order_id, mailbox, known)
"""
_SHIPMENTS = """
    CREATE TEMPORARY TABLE feed_shipments (
        line integer, lines bigint, order_number text, factor numeric, shipment text,
        known boolean, shipment_id bigint, order_id bigint, vendor text, vendor_region text, carrier text,
        service text, tracking_number text, handed_over_at timestamptz, promised_at timestamptz,
        delivered_at timestamptz, signed_by text, left_at text, last_scan_at timestamptz, undone boolean
    ) ON COMMIT DROP;
    INSERT INTO feed_shipments
    SELECT first.line, heads.lines, first.order_number, factor, first.shipment, known.id IS NOT NULL,
        coalesce(known.id, nextval((SELECT pg_get_serial_sequence('shipments', 'id')::regclass))), feed_orders.order_id,
        coalesce(first.vendor, ''), coalesce(first.vendor_region, ''), first.carrier, first.service,
        first.tracking_number,
        CASE WHEN first.handed_to_carrier_at <= {limit}
            THEN first.handed_to_carrier_at + make_interval(days => {days}) END,
        first.promised_at + make_interval(days => {days}),
        CASE WHEN came THEN first.delivered_at + make_interval(days => {days}) END,
        CASE WHEN undone THEN NULL ELSE first.signed_by END,
        CASE WHEN undone THEN NULL ELSE first.left_at END,
        CASE WHEN first.last_scan_at <= {limit} THEN first.last_scan_at + make_interval(days => {days}) END,
        undone
    FROM (SELECT min(line) AS line, count(*) AS lines FROM feed_lines GROUP BY order_number, shipment) AS heads
    JOIN feed_lines AS first USING (line)
    CROSS JOIN LATERAL (SELECT
        first.delivered_at <= {limit} AND coalesce(first.handed_to_carrier_at <= {limit}, true) AS came,
        first.delivered_at > {limit} OR first.handed_to_carrier_at > {limit} AS undone) AS judged
    JOIN feed_orders USING (order_number)
    LEFT JOIN shipments AS known ON known.order_id = feed_orders.order_id AND known.shipment_number = first.shipment;
    ANALYZE feed_shipments (line, lines, order_number, shipment, order_id, known)
"""
_STATUS_FOLLOWS = """
    UPDATE feed_orders SET status = CASE WHEN parcels.left_us THEN 'shipped' ELSE 'processing' END
    FROM (
        SELECT order_id, bool_or(handed_over_at IS NOT NULL) AS left_us
        FROM feed_shipments GROUP BY order_id HAVING bool_or(undone)
    ) AS parcels
    WHERE parcels.order_id = feed_orders.order_id AND status IN ('delivered', 'shipped')
"""
_CUSTOMERS = """
    CREATE TEMPORARY TABLE feed_customers (
        mailbox text, known boolean, customer_id bigint, name text, locale text
    ) ON COMMIT DROP;
    INSERT INTO feed_customers
    SELECT newest.mailbox, known.id IS NOT NULL,
        coalesce(known.id, nextval((SELECT pg_get_serial_sequence('customers', 'id')::regclass))),
        newest.customer_name, newest.locale
    FROM (
        SELECT DISTINCT ON (mailbox COLLATE "C") mailbox, customer_name, locale FROM feed_orders
        ORDER BY mailbox COLLATE "C", placed_at DESC, line DESC
    ) AS newest
    LEFT JOIN customers AS known USING (mailbox);
    ANALYZE feed_customers (mailbox, customer_id, known)
"""


# A payment's ref is a digest of a secret of this import, in letters that are told apart on the telephone.
_PAID = """
    CREATE TEMPORARY TABLE feed_paid (
        line integer, known boolean, payment_id bigint, ref text, order_id bigint, order_number text, sequence integer,
        currency text, factor numeric, method text, installments integer, amount numeric, card_brand text,
        card_last4 text, card_fingerprint text, reference text, account text, captured_at timestamptz
    ) ON COMMIT DROP;
    INSERT INTO feed_paid
    SELECT staged.line, known.id IS NOT NULL, known.id,
        'PAY-' || translate(left(dice, 15), '0123456789abcdef', 'ACDEFGHJKMNPQRTW'),
        owner.order_id, owner.order_number, staged.sequence, owner.currency, owner.factor, staged.method,
        staged.installments, staged.amount, staged.card_brand, staged.card_last4,
        coalesce(staged.card_fingerprint, known.card_fingerprint),
        coalesce(staged.reference, known.provider_ref), coalesce(staged.account, known.provider_account),
        CASE
            WHEN staged.captured_at <= {limit} THEN staged.captured_at + make_interval(days => {days})
            WHEN staged.captured_at IS NULL AND owner.status <> 'created' THEN owner.placed_at
        END
    FROM (SELECT *, md5({seed} || line) AS dice FROM feed_payments) AS staged
    JOIN (
        SELECT order_number, order_id, currency, factor, status, placed_at FROM feed_orders
        UNION ALL
        SELECT order_number, id, currency, {factor}, status, placed_at FROM orders WHERE order_number IN (
            SELECT order_number FROM feed_payments EXCEPT SELECT order_number FROM feed_orders
        )
    ) AS owner USING (order_number)
    LEFT JOIN payments AS known ON known.order_id = owner.order_id AND known.sequence = staged.sequence
    ORDER BY staged.line;
    ANALYZE feed_paid (line, order_id, sequence, known)
"""
# What an order already had and the feed no longer names still counts.
_KEPT = """
    UPDATE feed_orders AS f
    SET lines_total = f.lines_total + coalesce(lines.total, 0),
        payments_total = f.payments_total + coalesce(paid.total, 0)
    FROM feed_orders AS o
    LEFT JOIN (
        SELECT k.order_id, sum(k.amount_minor) AS total
        FROM payments AS k JOIN feed_orders AS o ON o.known AND o.order_id = k.order_id
        WHERE NOT EXISTS (SELECT FROM feed_paid AS p WHERE p.order_id = k.order_id AND p.sequence = k.sequence)
        GROUP BY k.order_id
    ) AS paid USING (order_id)
    LEFT JOIN (
        SELECT k.order_id, sum(k.unit_price_minor * k.quantity + k.shipping_minor - k.discount_minor
            + CASE WHEN k.tax_included THEN 0 ELSE k.tax_minor + k.shipping_tax_minor END) AS total
        FROM order_lines AS k JOIN feed_orders AS o ON o.known AND o.order_id = k.order_id
        WHERE NOT EXISTS (
            SELECT FROM feed_lines AS l WHERE l.order_number = o.order_number AND l.line_number = k.line_number
        )
        GROUP BY k.order_id
    ) AS lines USING (order_id)
    WHERE o.known AND f.order_id = o.order_id AND (lines.total IS NOT NULL OR paid.total IS NOT NULL)
"""


def days_to_yesterday(connection: Connection, now: datetime) -> int:
    """Tell by how many whole days the newest order of the feed must move to have been placed yesterday (UTC)."""
    newest = connection.execute("SELECT max(placed_at) FROM feed_lines").fetchone()
    if not newest or newest[0] is None:
        return 0
    day: date = newest[0].date()
    return (now.astimezone(UTC).date() - day).days - 1


def group(connection: Connection, *, days: int, now: datetime | None) -> None:
    """Find the orders, parcels and customers of the staged lines, with dates moved by so many days.

    now: after it nothing has happened yet; None takes every date as it stands.
    """
    limit: sql.Composable = sql.SQL("'infinity'::timestamptz")
    if now is not None:
        limit = sql.SQL("({}::timestamptz - make_interval(days => {}))").format(sql.Literal(now), sql.Literal(days))
    parts = {"days": sql.Literal(days), "limit": limit}
    connection.execute(sql.SQL(_ORDERS).format(currencies=_currencies(), **parts))
    connection.execute(sql.SQL(_SHIPMENTS).format(**parts))
    if now is not None:
        connection.execute(_STATUS_FOLLOWS)
    keep_erased(connection)
    connection.execute(_CUSTOMERS)
    seed = sql.Literal(secrets.token_hex(32))
    connection.execute(sql.SQL(_PAID).format(factor=_factor(sql.SQL("currency")), seed=seed, **parts))
    keep_cards_erased(connection)
    connection.execute(_KEPT)


def _currencies() -> sql.Composable:
    """Write each currency with how many minor units one unit of it has, and a thousandth of that: exact numbers."""
    rows = ((code, 10 ** exponent(code)) for code in sorted(KNOWN))
    given = sql.SQL("({}, {}::numeric, {} * 0.001)")
    return sql.SQL(", ").join(given.format(sql.Literal(code), sql.Literal(n), sql.Literal(n)) for code, n in rows)


def _factor(currency: sql.Composable) -> sql.Composable:
    """Write the SQL for how many minor units one unit of a currency has."""
    digits = {code: exponent(code) for code in KNOWN}
    listed = {n: [sql.Literal(code) for code in sorted(digits) if digits[code] == n] for n in (0, 3)}
    return sql.SQL("CASE WHEN {c} IN ({zero}) THEN 1 WHEN {c} IN ({three}) THEN 1000 ELSE 100 END").format(
        c=currency, zero=sql.SQL(", ").join(listed[0]), three=sql.SQL(", ").join(listed[3])
    )
