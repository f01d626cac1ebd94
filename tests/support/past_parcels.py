"""Past parcels by the million, made by the database itself, and claims on some: what patterns are searched in.

Parcels are handed over evenly within so many days that end on ``LAST_DAY``, mostly come in time, and are late by
region. One vendor's are late six times as often from ``BAD_FROM`` on.
"""

from datetime import date, timedelta

import psycopg

LAST_DAY = date(2026, 11, 1)
BAD_FROM = LAST_DAY - timedelta(days=60)
BAD_VENDOR = "vendor-1"
_PREPARED = (
    "SET session_replication_role = replica",
    "SET work_mem = '64MB'",
    "SELECT setseed(0.5)",
)
_POLICY = """
    INSERT INTO policy_versions (market, number, published_by, source, document, in_force_from)
    VALUES ('*', 1, 'system:tests', '', '{}', now()) ON CONFLICT DO NOTHING
"""
_ORDERS = """
    INSERT INTO orders (id, order_number, customer_id, placed_at, status, customer_name, locale, currency, ship_to_name,
        ship_to_line1, ship_to_city, ship_to_region, ship_to_postcode, ship_to_country, market, lines_total_minor,
        payments_total_minor)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'P' || n, 1 + n / 2, CAST(%(last)s AS date) - %(span)s + n * (interval '1 day' * %(span)s / %(count)s),
        'shipped', 'C', 'en', 'BRL', 'C', '1 St', 'Town', 'R' || floor(27 * random() ^ 2)::int, '0', 'BR', 'BR', 1, 1
    FROM generate_series(1, %(count)s) AS n
"""
# Vendors and products are of very unlike sizes, as they are.
_SHIPMENTS = """
    INSERT INTO shipments (id, order_id, shipment_number, vendor, vendor_region, carrier, service, handed_over_at,
        promised_at, delivered_at, last_scan_at, left_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, id, '1', vendor, 'O' || length(vendor) %% 5 || ascii(right(vendor, 1)) %% 3, carrier, service,
        placed_at, promised_at, delivered_at, delivered_at, CASE WHEN random() < 0.01 THEN 'with a neighbour' END
    FROM (
        SELECT *, promised_at + CASE WHEN random() < 0.04 * (1 + length(ship_to_region) - 1) *
                CASE WHEN vendor = %(bad)s AND placed_at >= %(bad_from)s THEN 6 ELSE 1 END
            THEN interval '3 days' ELSE interval '-1 day' END AS delivered_at
        FROM (
            SELECT id, placed_at, ship_to_region, 'vendor-' || floor(%(vendors)s * random() ^ 3)::int AS vendor,
                'carrier-' || floor(4 * random())::int AS carrier,
                (ARRAY['express', 'standard', 'slow'])[1 + floor(3 * random())::int] AS service,
                date_trunc('day', placed_at) + interval '6 days' AS promised_at
            FROM orders WHERE order_number = 'P' || id
        ) AS told
    ) AS come
"""
_LINES = """
    INSERT INTO order_lines (id, order_id, shipment_id, line_number, sku, title, category, vendor, vendor_region,
        quantity, unit_price_minor, shipping_minor, discount_minor, tax_minor, shipping_tax_minor)
    OVERRIDING SYSTEM VALUE
    SELECT id, id, id, 1, 'SKU-' || sku, 'T', 'category-' || sku %% 40, 'v', 'O', 1, 1000, 0, 0, 0, 0
    FROM (SELECT id, floor(3000 * random() ^ 2)::int AS sku FROM shipments) AS s
"""
_CLAIMS = """
    INSERT INTO claims (id, ref, order_id, customer_id, client_key, state, locale, apology, raised_by,
        policy_version_id, version, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, 'CLM-' || id, id, 1, 'key', 'made_whole', 'en', '{}', 'claimant:1',
        (SELECT max(id) FROM policy_versions), 3, delivered_at + random() * interval '9 days'
    FROM shipments WHERE id %% %(one_in)s = 0 ORDER BY 1
"""
_CLAIM_LINES = """
    INSERT INTO claim_lines (id, claim_id, order_line_id, quantity, problem, parcel_state, stage, state, facts, verdict)
    OVERRIDING SYSTEM VALUE
    SELECT id, id, id, 1,
        (ARRAY['damaged', 'wrong', 'faulty', 'late', 'missing_package', 'not_as_described'])
            [1 + floor(6 * random())::int],
        'delivered', 'transit', 'made_whole', '{}', '{}'
    FROM claims WHERE client_key = 'key'
"""


def write_past_parcels(url: str, parcels: int, *, one_claim_in: int = 33, days: int = 365, vendors: int = 400) -> None:
    """Write so many parcels of one line each, and a claim on one in so many, as a replica does."""
    with psycopg.connect(url) as connection:
        for statement in _PREPARED:
            connection.execute(statement)
        values = {
            "count": parcels,
            "span": days,
            "vendors": vendors,
            "last": LAST_DAY,
            "bad": BAD_VENDOR,
            "bad_from": BAD_FROM,
            "one_in": one_claim_in,
        }
        for statement in (_POLICY, _ORDERS, _SHIPMENTS, _LINES, _CLAIMS, _CLAIM_LINES):
            connection.execute(statement, values if "%" in statement else None)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE orders, shipments, order_lines, claims, claim_lines")
