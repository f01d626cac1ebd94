"""Parcels of a vendor that fail until a day and not after it, beside a shop that stays as it is: exact, nothing drawn.

Each day a few parcels of the vendor are handed over, and many elsewhere, to two regions. The vendor's are late every
other time until the fix and one in twenty after it; elsewhere one in ten always is.
"""

from datetime import date

import psycopg

from portal.records.sessions import libpq_url

VENDOR = "Olaria"
# As many parcels a day of the vendor, and elsewhere.
A_DAY, ELSEWHERE_A_DAY = 5, 60
_ORDERS = """
    INSERT INTO orders (order_number, customer_id, placed_at, status, customer_name, locale, currency, ship_to_name,
        ship_to_line1, ship_to_city, ship_to_region, ship_to_postcode, ship_to_country, market, lines_total_minor,
        payments_total_minor)
    SELECT %(prefix)s || day || '-' || n, %(customer)s, CAST(%(first)s AS date) + day + interval '9 hours', 'shipped',
        'C', 'en', 'BRL', 'C', '1 St', 'Town', 'R' || n %% 2, '0', 'BR', 'BR', 0, 0
    FROM generate_series(0, %(days)s - 1) AS day, generate_series(1, %(a_day)s) AS n
"""
_SHIPMENTS = """
    INSERT INTO shipments (order_id, shipment_number, vendor, vendor_region, carrier, service, handed_over_at,
        promised_at, delivered_at, last_scan_at)
    SELECT id, order_number, vendor, 'SP', 'Sedex', 'express', placed_at, placed_at + interval '4 days',
        arrived, arrived
    FROM (SELECT *, placed_at + CASE WHEN late THEN interval '7 days' ELSE interval '3 days' END AS arrived FROM (
        SELECT *, CASE WHEN mine THEN %(vendor)s ELSE 'Another' END AS vendor,
            CASE WHEN NOT mine THEN n %% 10 = 0
                WHEN placed_at < %(fixed)s THEN n %% 2 = 0 ELSE n %% 20 = 0 END AS late
        FROM (
            SELECT *, split_part(order_number, '-', 2)::int <= %(mine)s AS mine,
                row_number() OVER (PARTITION BY split_part(order_number, '-', 2)::int <= %(mine)s ORDER BY id) AS n
            FROM orders WHERE order_number LIKE %(prefix)s || '%%-%%'
        ) AS told) AS came) AS had
"""
_LINES = """
    INSERT INTO order_lines (order_id, shipment_id, line_number, sku, title, category, vendor, vendor_region, quantity,
        unit_price_minor, shipping_minor, discount_minor, tax_minor, shipping_tax_minor)
    SELECT order_id, id, 1, 'POT', 'Pot', 'Pots', vendor, 'SP', 1, 0, 0, 0, 0, 0
    FROM shipments WHERE shipment_number LIKE %(prefix)s || '%%-%%'
"""


def write_fault(url: str, customer_id: int, *, first: date, days: int, fixed: date) -> None:
    """Write so many days of parcels from a day on, all of one customer; the vendor fails until it is fixed."""
    values = {
        "customer": customer_id,
        "first": first,
        "prefix": f"F{first:%j}x",
        "days": days,
        "fixed": fixed,
        "vendor": VENDOR,
        "mine": A_DAY,
        "a_day": A_DAY + ELSEWHERE_A_DAY,
    }
    with psycopg.connect(libpq_url(url)) as connection:
        for statement in (_ORDERS, _SHIPMENTS, _LINES):
            connection.execute(statement, values)
