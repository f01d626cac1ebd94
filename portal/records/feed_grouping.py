"""Bring staged lines together: which orders, parcels and customers they speak of, under which ids, on which dates.

Ids are taken here, before anything is written: a known order, parcel or customer keeps its own, a new one gets the
next of its sequence. Dates are moved here by whole days, and what then lies in the future has not happened.
"""

from datetime import datetime

from psycopg import Connection, sql

from portal.domain.currencies import KNOWN
from portal.domain.money import exponent

_ORDERS = """
    CREATE TEMPORARY TABLE feed_orders (
        line integer, lines bigint, order_number text, known boolean, order_id bigint, placed_at timestamptz,
        status text, mailbox text, customer_name text, locale text, currency text, ship_to_name text,
        ship_to_line1 text, ship_to_city text, ship_to_region text, ship_to_postcode text, ship_to_country text,
        factor numeric
    ) ON COMMIT DROP;
    INSERT INTO feed_orders
    SELECT first.line, heads.lines, first.order_number, known.id IS NOT NULL,
        coalesce(known.id, nextval(pg_get_serial_sequence('orders', 'id'))),
        first.placed_at + make_interval(days => {days}), first.status, lower(first.email), first.customer_name,
        replace(first.locale, '-', '_'), first.currency, first.ship_to_name, coalesce(first.ship_to_line1, ''),
        coalesce(first.ship_to_city, ''), coalesce(first.ship_to_region, ''), coalesce(first.ship_to_postcode, ''),
        first.ship_to_country, {factor}
    FROM (SELECT min(line) AS line, count(*) AS lines FROM feed_lines GROUP BY order_number) AS heads
    JOIN feed_lines AS first USING (line)
    LEFT JOIN orders AS known ON known.order_number = first.order_number;
    ANALYZE feed_orders
"""
_SHIPMENTS = """
    CREATE TEMPORARY TABLE feed_shipments (
        line integer, lines bigint, shipment text, known boolean, shipment_id bigint, order_id bigint, vendor text,
        vendor_region text, carrier text, service text, tracking_number text, handed_over_at timestamptz,
        promised_at timestamptz, delivered_at timestamptz, signed_by text, left_at text, undone boolean
    ) ON COMMIT DROP;
    INSERT INTO feed_shipments
    SELECT first.line, heads.lines, first.shipment, known.id IS NOT NULL,
        coalesce(known.id, nextval(pg_get_serial_sequence('shipments', 'id'))), feed_orders.order_id,
        coalesce(first.vendor, ''), coalesce(first.vendor_region, ''), first.carrier, first.service,
        CASE WHEN first.handed_to_carrier_at > {limit} THEN NULL ELSE first.tracking_number END,
        CASE WHEN first.handed_to_carrier_at <= {limit} THEN first.handed_to_carrier_at + make_interval(days => {days}) END,
        first.promised_at + make_interval(days => {days}),
        CASE WHEN came THEN first.delivered_at + make_interval(days => {days}) END,
        CASE WHEN undone THEN NULL ELSE first.signed_by END,
        CASE WHEN undone THEN NULL ELSE first.left_at END,
        undone
    FROM (SELECT min(line) AS line, count(*) AS lines FROM feed_lines GROUP BY order_number, shipment) AS heads
    JOIN feed_lines AS first USING (line)
    CROSS JOIN LATERAL (SELECT
        first.delivered_at <= {limit} AND coalesce(first.handed_to_carrier_at <= {limit}, true) AS came,
        first.delivered_at > {limit} OR first.handed_to_carrier_at > {limit} AS undone) AS judged
    JOIN feed_orders USING (order_number)
    LEFT JOIN shipments AS known ON known.order_id = feed_orders.order_id AND known.shipment_number = first.shipment;
    ANALYZE feed_shipments
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
        coalesce(known.id, nextval(pg_get_serial_sequence('customers', 'id'))), newest.customer_name, newest.locale
    FROM (
        SELECT DISTINCT ON (mailbox COLLATE "C") mailbox, customer_name, locale FROM feed_orders
        ORDER BY mailbox COLLATE "C", placed_at DESC, line DESC
    ) AS newest
    LEFT JOIN customers AS known USING (mailbox);
    ANALYZE feed_customers
"""


def days_to_yesterday(connection: Connection, now: datetime) -> int:
    """Tell by how many whole days the newest order of the feed must move to have been placed yesterday (UTC)."""
    newest = connection.execute("SELECT max(placed_at) FROM feed_lines").fetchone()
    if not newest or newest[0] is None:
        return 0
    return (now.astimezone(newest[0].tzinfo).date() - newest[0].date()).days - 1


def group(connection: Connection, *, days: int, now: datetime | None) -> None:
    """Find the orders, parcels and customers of the staged lines, with dates moved by so many days.

    now: after it nothing has happened yet; None takes every date as it stands.
    """
    limit = sql.SQL("'infinity'::timestamptz")
    if now is not None:
        limit = sql.SQL("({}::timestamptz - make_interval(days => {}))").format(sql.Literal(now), sql.Literal(days))
    for statements in (_ORDERS, _SHIPMENTS):
        connection.execute(
            sql.SQL(statements).format(days=sql.Literal(days), limit=limit, factor=_factor(sql.SQL("first.currency")))
        )
    if now is not None:
        connection.execute(_STATUS_FOLLOWS)
    connection.execute(_CUSTOMERS)


def _factor(currency: sql.Composable) -> sql.Composable:
    """Write the SQL for how many minor units one unit of a currency has."""
    digits = {code: exponent(code) for code in KNOWN}
    listed = {n: [sql.Literal(code) for code in sorted(digits) if digits[code] == n] for n in (0, 3)}
    return sql.SQL("CASE WHEN {c} IN ({zero}) THEN 1 WHEN {c} IN ({three}) THEN 1000 ELSE 100 END").format(
        c=currency, zero=sql.SQL(", ").join(listed[0]), three=sql.SQL(", ").join(listed[3])
    )
