"""Write grouped feed lines into the real tables: new rows in, changed rows changed, unchanged rows left alone.

Rows are found by their natural keys (order number; parcel, line or payment number within the order), so that they
keep their ids and what points to them. Nothing is deleted: what vanished from the feed stays.
"""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection, sql


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows of a table were new, changed, and already as the feed has them."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Target:
    """A real table, where its rows come from, and which columns take which SQL. Keys are written once, never changed."""

    table: LiteralString
    source: LiteralString
    id: LiteralString
    known: LiteralString
    keys: dict[LiteralString, LiteralString]
    columns: dict[LiteralString, LiteralString]


_ORDERS = _Target(
    table="orders",
    source="feed_orders AS f JOIN feed_customers AS c USING (mailbox)",
    id="f.order_id",
    known="f.known",
    keys={"order_number": "f.order_number", "currency": "f.currency"},
    columns={
        # Claims hang on the customer, so an order that has one keeps its own whatever mailbox the feed now says.
        "customer_id": "CASE WHEN f.claimed THEN f.customer_id ELSE c.customer_id END",
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
        "lines_total_minor": "f.lines_total",
        "payments_total_minor": "f.payments_total",
    },
)
_SHIPMENTS = _Target(
    table="shipments",
    source="feed_shipments AS f",
    id="f.shipment_id",
    known="f.known",
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
    },
)
_LINES = _Target(
    table="order_lines",
    source="""feed_lines AS f JOIN feed_orders AS o USING (order_number)
        JOIN feed_shipments AS s ON s.order_id = o.order_id AND s.shipment = f.shipment
        LEFT JOIN order_lines AS k ON o.known AND k.order_id = o.order_id AND k.line_number = f.line_number""",
    id="k.id",
    known="k.id IS NOT NULL",
    keys={"order_id": "o.order_id", "line_number": "f.line_number"},
    columns={
        "shipment_id": "s.shipment_id",
        "sku": "f.sku",
        "title": "f.title",
        "category": "coalesce(f.category, '')",
        "vendor": "coalesce(f.vendor, '')",
        "vendor_region": "coalesce(f.vendor_region, '')",
        "quantity": "f.quantity",
        "unit_price_minor": "(f.unit_price * o.factor)::bigint",
        "shipping_minor": "(f.shipping_price * f.quantity * o.factor)::bigint",
        "discount_minor": "coalesce((f.line_discount * o.factor)::bigint, 0)",
        "tax_minor": "coalesce((f.line_tax * o.factor)::bigint, 0)",
        "shipping_tax_minor": "coalesce((f.shipping_tax * o.factor)::bigint, 0)",
        "unit_cost_minor": "(f.unit_cost * o.factor)::bigint",
    },
)
_PAYMENTS = _Target(
    table="payments",
    source="feed_paid AS f",
    id="f.payment_id",
    known="f.known",
    keys={"ref": "f.ref", "order_id": "f.order_id", "sequence": "f.sequence", "currency": "f.currency"},
    columns={
        "method": "f.method",
        "installments": "f.installments",
        "amount_minor": "(f.amount * f.factor)::bigint",
        "card_brand": "f.card_brand",
        "card_last4": "f.card_last4",
        "provider_ref": "f.reference",
        "provider_account": "f.account",
        "captured_at": "f.captured_at",
    },
)
