"""Which columns of the real tables come from which part of the feed, and the writing itself.

New rows go in, changed rows are changed, unchanged rows are left alone.
Rows are found by their natural keys (order number; parcel, line or payment number within the order), so that they
keep their ids and what points to them. Nothing is deleted: what vanished from the feed stays.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection, sql

from portal.records.feed_first import indexed_afterwards, own_parents


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows of a table were new, changed, and already as the feed has them."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Target:
    """A real table, where its rows come from, and which columns take which SQL. Keys are written once, never changed.

    staged: the staging table with a row for each of its rows. id: SQL of the row's id, for a new row too where gives_id
    is true. known: SQL that is true for rows that are there. first_source: the source when none is known, where it
    differs.
    """

    table: LiteralString
    staged: LiteralString
    source: LiteralString
    id: LiteralString
    known: LiteralString
    gives_id: bool
    keys: dict[LiteralString, LiteralString]
    columns: dict[LiteralString, LiteralString]
    first_source: LiteralString = ""


_ORDERS = _Target(
    table="orders",
    staged="feed_orders",
    source="feed_orders AS f JOIN feed_customers AS c USING (mailbox)",
    id="f.order_id",
    known="f.known",
    gives_id=True,
    keys={"order_number": "f.order_number", "currency": "f.currency"},
    columns={
        # Claims hang on the customer, so an order that has one keeps its own whatever mailbox the feed now says.
        "customer_id": "coalesce(f.claimant_id, c.customer_id)",
        "placed_at": "f.placed_at",
        "status": "f.status",
        "customer_name": "f.customer_name",
        "locale": "f.locale",
        "ship_to_name": "f.ship_to_name",
        "ship_to_line1": "f.ship_to_line1",
        "ship_to_city": "f.ship_to_city",
        "ship_to_region": "f.ship_to_region",
        "ship_to_postcode": "f.ship_to_postcode",
        "ship_to_country": "f.ship_to_country",
        "market": "f.ship_to_country",
        "lines_total_minor": "f.lines_total::bigint",
        "payments_total_minor": "f.payments_total::bigint",
    },
)
_SHIPMENTS = _Target(
    table="shipments",
    staged="feed_shipments",
    source="feed_shipments AS f",
    id="f.shipment_id",
    known="f.known",
    gives_id=True,
    keys={"order_id": "f.order_id", "shipment_number": "f.shipment"},
    columns={
        "vendor": "f.vendor",
        "vendor_region": "f.vendor_region",
        "carrier": "f.carrier",
        "service": "f.service",
        "tracking_number": "f.tracking_number",
        "handed_over_at": "f.handed_over_at",
        "promised_at": "f.promised_at",
        "delivered_at": "f.delivered_at",
        "signed_by": "f.signed_by",
        "left_at": "f.left_at",
        "last_scan_at": "f.last_scan_at",
    },
)
_LINES = _Target(
    table="order_lines",
    staged="feed_lines",
    source="""feed_lines AS f JOIN feed_orders AS o USING (order_number)
        JOIN feed_shipments AS s ON s.order_id = o.order_id AND s.shipment = f.shipment
        LEFT JOIN order_lines AS k ON o.known AND k.order_id = o.order_id AND k.line_number = f.line_number""",
    # A join to the table that is just being filled may walk through all of its new rows again and again.
    first_source="feed_lines AS f JOIN feed_shipments AS s USING (order_number, shipment)",
    id="k.id",
    known="k.id IS NOT NULL",
    gives_id=False,
    keys={"order_id": "s.order_id", "line_number": "f.line_number"},
    columns={
        "shipment_id": "s.shipment_id",
        "sku": "f.sku",
        "title": "f.title",
        "category": "coalesce(f.category, '')",
        "vendor": "coalesce(f.vendor, '')",
        "vendor_region": "coalesce(f.vendor_region, '')",
        "quantity": "f.quantity",
        "unit_price_minor": "(f.unit_price * s.factor)::bigint",
        "shipping_minor": "(f.shipping_price * f.quantity * s.factor)::bigint",
        "discount_minor": "coalesce((f.line_discount * s.factor)::bigint, 0)",
        "tax_minor": "coalesce((f.line_tax * s.factor)::bigint, 0)",
        "shipping_tax_minor": "coalesce((f.shipping_tax * s.factor)::bigint, 0)",
        "tax_included": "coalesce(f.tax_included = 'yes', false)",
        "unit_cost_minor": "(f.unit_cost * s.factor)::bigint",
    },
)
_PAYMENTS = _Target(
    table="payments",
    staged="feed_paid",
    source="feed_paid AS f",
    id="f.payment_id",
    known="f.known",
    gives_id=False,
    keys={"ref": "f.ref", "order_id": "f.order_id", "sequence": "f.sequence", "currency": "f.currency"},
    columns={
        "method": "f.method",
        "installments": "f.installments",
        "amount_minor": "(f.amount * f.factor)::bigint",
        "card_brand": "f.card_brand",
        "card_last4": "f.card_last4",
        "card_fingerprint": "f.card_fingerprint",
        "provider_ref": "f.reference",
        "provider_account": "f.account",
        "captured_at": "f.captured_at",
    },
)
_ANY_KNOWN = """
    SELECT (EXISTS (SELECT FROM customers) OR EXISTS (SELECT FROM orders)) AND (
        EXISTS (SELECT FROM feed_customers WHERE known) OR EXISTS (SELECT FROM feed_orders WHERE known)
        OR EXISTS (
            SELECT FROM feed_paid WHERE order_id NOT IN (SELECT order_id FROM feed_orders WHERE NOT known)
        )
    )
"""
_NEW_CUSTOMERS = """
    INSERT INTO customers (id, mailbox, name, locale)
    SELECT customer_id, mailbox, name, locale FROM feed_customers WHERE NOT known
"""
_NEWEST_NAMES = """
    UPDATE customers SET name = newest.customer_name, locale = newest.locale
    FROM (
        SELECT DISTINCT ON (orders.customer_id) orders.customer_id, orders.customer_name, orders.locale
        FROM orders JOIN feed_customers ON feed_customers.known AND feed_customers.customer_id = orders.customer_id
        ORDER BY orders.customer_id, orders.placed_at DESC, orders.id DESC
    ) AS newest
    WHERE customers.id = newest.customer_id
        AND (customers.name, customers.locale) IS DISTINCT FROM (newest.customer_name, newest.locale)
"""
_TOTALS_OF_ORDERS_BESIDE_THE_FEED = """
    UPDATE orders SET payments_total_minor = paid.total
    FROM (
        SELECT order_id, sum(amount_minor) AS total FROM payments
        WHERE order_id IN (SELECT order_id FROM feed_paid EXCEPT SELECT order_id FROM feed_orders) GROUP BY order_id
    ) AS paid
    WHERE orders.id = paid.order_id AND orders.payments_total_minor <> paid.total
"""


def write(connection: Connection) -> dict[str, Written]:
    """Write everything that is staged and grouped; tell by table what was new, changed and unchanged.

    Locks in the order of the house: orders, then payments, then what hangs on them.
    """
    known = connection.execute(_ANY_KNOWN).fetchone()
    any_known = bool(known and known[0])
    targets = (_ORDERS, _PAYMENTS, _SHIPMENTS, _LINES)
    with ExitStack() as first:
        if not any_known:
            tables = ("customers", *(target.table for target in targets))
            first.enter_context(indexed_afterwards(connection, tables, _count(connection, _LINES.staged)))
            first.enter_context(own_parents(connection))
        connection.execute(_NEW_CUSTOMERS)
        written = {target.table: _write(connection, target, any_known=any_known) for target in targets}
    if any_known:
        connection.execute(_TOTALS_OF_ORDERS_BESIDE_THE_FEED)
        connection.execute(_NEWEST_NAMES)
    return written


def _write(connection: Connection, target: _Target, *, any_known: bool) -> Written:
    changed = connection.execute(_update(target)).rowcount if any_known else 0
    new = connection.execute(_insert(target, any_known=any_known)).rowcount
    return Written(new=new, changed=changed, unchanged=_count(connection, target.staged) - new - changed)


def _count(connection: Connection, staged: LiteralString) -> int:
    counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(staged))).fetchone()
    return int(counted[0]) if counted else 0


def _update(target: _Target) -> sql.Composed:
    names = [sql.Identifier(name) for name in target.columns]
    given = [
        sql.SQL("{} AS {}").format(sql.SQL(expression), sql.Identifier(name))
        for name, expression in target.columns.items()
    ]
    return sql.SQL(
        "UPDATE {table} AS t SET {changes} FROM (SELECT {id} AS id, {given} FROM {source} WHERE {known}) AS n "
        "WHERE t.id = n.id AND ({old}) IS DISTINCT FROM ({new})"
    ).format(
        table=sql.Identifier(target.table),
        changes=sql.SQL(", ").join(sql.SQL("{0} = n.{0}").format(name) for name in names),
        id=sql.SQL(target.id),
        given=sql.SQL(", ").join(given),
        source=sql.SQL(target.source),
        known=sql.SQL(target.known),
        old=sql.SQL(", ").join(sql.SQL("t.{}").format(name) for name in names),
        new=sql.SQL(", ").join(sql.SQL("n.{}").format(name) for name in names),
    )


def _insert(target: _Target, *, any_known: bool) -> sql.Composed:
    columns = ({"id": target.id} if target.gives_id else {}) | target.keys | target.columns
    return sql.SQL("INSERT INTO {table} ({names}) SELECT {given} FROM {source} WHERE NOT ({known})").format(
        table=sql.Identifier(target.table),
        names=sql.SQL(", ").join(sql.Identifier(name) for name in columns),
        given=sql.SQL(", ").join(sql.SQL(expression) for expression in columns.values()),
        source=sql.SQL(target.source if any_known else target.first_source or target.source),
        known=sql.SQL(target.known if any_known else "false"),
    )
