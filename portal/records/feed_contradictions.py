"""What only shows between the lines of a feed, or between it and what is known: found by set, told by line."""

from psycopg import Connection

from portal.domain.feed import BadLine, BadLines, FeedFile

_OF_AN_ORDER = (
    "email", "placed_at", "status", "customer_name", "locale", "currency", "ship_to_name", "ship_to_line1",
    "ship_to_city", "ship_to_region", "ship_to_postcode", "ship_to_country",
)  # fmt: skip
_OF_A_PARCEL = (
    "carrier", "service", "tracking_number", "handed_to_carrier_at", "promised_at", "delivered_at", "signed_by",
    "left_at", "last_scan_at",
)  # fmt: skip
_OTHER_ON_ITS_ORDER = """
    SELECT later.line,
        format('the order %s has another %s than on line %s', later.order_number, {named}, first.line)
    FROM feed_orders JOIN feed_lines AS first USING (line)
    JOIN feed_lines AS later ON later.order_number = first.order_number AND later.line <> first.line
    WHERE feed_orders.lines > 1 AND ({earlier}) IS DISTINCT FROM ({later})
"""
_OTHER_ON_ITS_PARCEL = """
    SELECT later.line,
        format('the parcel %s has another %s than on line %s', later.shipment, {named}, first.line)
    FROM feed_shipments JOIN feed_lines AS first USING (line)
    JOIN feed_lines AS later ON later.order_number = first.order_number AND later.shipment = first.shipment
        AND later.line <> first.line
    WHERE feed_shipments.lines > 1 AND ({earlier}) IS DISTINCT FROM ({later})
"""
_LINE_TWICE = """
    SELECT unnest(lines[2:]),
        format('the order %s already has a line %s, on line %s', order_number, line_number, lines[1])
    FROM (
        SELECT order_number, line_number, array_agg(feed_lines.line ORDER BY feed_lines.line) AS lines
        FROM feed_lines JOIN feed_orders USING (order_number)
        WHERE feed_orders.lines > 1 GROUP BY order_number, line_number HAVING count(*) > 1
    ) AS twice
"""
_PARCEL_OF_TWO_ORDERS = """
    SELECT unnest(lines[2:]), format('the parcel %s already belongs to the order on line %s', shipment, lines[1])
    FROM (
        SELECT shipment, array_agg(line ORDER BY line) AS lines
        FROM feed_shipments GROUP BY shipment HAVING count(*) > 1
    ) AS twice
"""
_DISCOUNT_TOO_LARGE = """
    SELECT line, format('line_discount is %s, which is more than the line costs', line_discount)
    FROM feed_lines WHERE line_discount IS NOT NULL AND line_discount > (unit_price + shipping_price) * quantity
"""
_TAX_TOO_LARGE = """
    SELECT line, 'line_tax or shipping_tax is more than the prices that are said to include it'
    FROM feed_lines WHERE tax_included = 'yes' AND (
        line_tax > unit_price * quantity - coalesce(line_discount, 0) OR shipping_tax > shipping_price * quantity)
"""
# Sums beyond this no longer fit where they are kept and shown.
_TOTAL_TOO_LARGE = """
    SELECT line, format('the order %s adds up to more than can be kept', order_number)
    FROM feed_orders WHERE greatest(lines_total, payments_total) > 9000000000000000
"""
_OTHER_CURRENCY_THAN_KNOWN = """
    SELECT feed_orders.line,
        format('the order %s is known in %s; its currency cannot change', order_number, orders.currency)
    FROM feed_orders JOIN orders USING (order_number)
    WHERE feed_orders.known AND feed_orders.currency <> orders.currency
"""
_PAYMENT_TWICE = """
    SELECT unnest(lines[2:]),
        format('the order %s already has a payment %s, on line %s', order_number, sequence, lines[1])
    FROM (
        SELECT order_number, sequence, array_agg(line ORDER BY line) AS lines
        FROM feed_payments GROUP BY order_number, sequence HAVING count(*) > 1
    ) AS twice
"""
_REFERENCE_TWICE = """
    SELECT unnest(lines[2:]), format('the reference %s already stands on line %s', reference, lines[1])
    FROM (
        SELECT reference, array_agg(line ORDER BY line) AS lines
        FROM feed_payments WHERE reference IS NOT NULL GROUP BY reference HAVING count(*) > 1
    ) AS twice
"""
_REFERENCE_OF_ANOTHER = """
    SELECT staged.line, format('the reference %s belongs to a payment of the order %s', reference, orders.order_number)
    FROM feed_payments AS staged JOIN payments AS known ON known.provider_ref = staged.reference
    JOIN orders ON orders.id = known.order_id
    WHERE (orders.order_number, known.sequence) IS DISTINCT FROM (staged.order_number, staged.sequence)
"""
_REFERENCE_CHANGED = """
    SELECT staged.line, format('the payment is known with the reference %s; it cannot change', known.provider_ref)
    FROM feed_payments AS staged JOIN feed_paid ON feed_paid.line = staged.line
    JOIN payments AS known ON known.id = feed_paid.payment_id
    WHERE feed_paid.known AND staged.reference <> known.provider_ref
"""
_PAYMENT_OF_NO_ORDER = """
    SELECT line, format('there is no order %s: neither in the orders file nor here', order_number)
    FROM feed_payments WHERE (SELECT count(*) FROM feed_paid) <> (SELECT count(*) FROM feed_payments)
        AND NOT EXISTS (SELECT FROM feed_paid WHERE feed_paid.line = feed_payments.line)
"""
_TOO_MANY_DIGITS = """
    SELECT line, format('amount %s has more digits after the point than %s has', amount, currency)
    FROM feed_paid WHERE NOT (factor = 100 AND scale(amount) <= 2) AND amount * factor <> trunc(amount * factor)
"""


_OF_ORDERS = (
    _LINE_TWICE, _PARCEL_OF_TWO_ORDERS, _DISCOUNT_TOO_LARGE, _TAX_TOO_LARGE, _TOTAL_TOO_LARGE,
    _OTHER_CURRENCY_THAN_KNOWN,
)  # fmt: skip
_OF_PAYMENTS = (_PAYMENT_TWICE, _REFERENCE_TWICE, _REFERENCE_OF_ANOTHER, _REFERENCE_CHANGED, _TOO_MANY_DIGITS)


def find(connection: Connection, bad: BadLines) -> None:
    """Add every line that contradicts another one or what is known. Needs the grouped staging tables."""
    orders_readable = bad.count == 0
    _collect(connection, bad, FeedFile.ORDERS, _other_than_first(_OTHER_ON_ITS_ORDER, _OF_AN_ORDER))
    _collect(connection, bad, FeedFile.ORDERS, _other_than_first(_OTHER_ON_ITS_PARCEL, _OF_A_PARCEL))
    for query in _OF_ORDERS:
        _collect(connection, bad, FeedFile.ORDERS, query)
    for query in _OF_PAYMENTS:
        _collect(connection, bad, FeedFile.PAYMENTS, query)
    # Behind a line that could not be read there may be the very order, so nothing is said of missing ones then.
    if orders_readable:
        _collect(connection, bad, FeedFile.PAYMENTS, _PAYMENT_OF_NO_ORDER)


def _other_than_first(query: str, columns: tuple[str, ...]) -> str:
    """Compare these columns of a line with those of the first line of the same order or parcel.

    The letter case of a mailbox does not count.
    """
    compared = [f"lower({{}}.{name})" if name == "email" else f"{{}}.{name}" for name in columns]
    pairs = [(name, cell.format("first"), cell.format("later")) for name, cell in zip(columns, compared, strict=True)]
    named = ", ".join(f"CASE WHEN {ours} IS DISTINCT FROM {theirs} THEN '{name}' END" for name, ours, theirs in pairs)
    return query.format(
        named=f"concat_ws(', ', {named})",
        earlier=", ".join(ours for _, ours, _ in pairs),
        later=", ".join(theirs for _, _, theirs in pairs),
    )


def _collect(connection: Connection, bad: BadLines, file: FeedFile, query: str) -> None:
    with connection.cursor(name="feed_contradictions") as cursor:
        cursor.execute(query)
        for line, reason in cursor:
            bad.add(BadLine(file, line, reason))
