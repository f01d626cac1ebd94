"""Keep the orders of an erased customer as the erasure left them, whatever the feed still says of the person."""

from psycopg import Connection, sql

from portal.records.erasure import IS_NOBODY

_ORDERS = sql.SQL("""
    UPDATE feed_orders AS f SET mailbox = nobody.mailbox, customer_name = '', ship_to_name = '', ship_to_line1 = '',
        ship_to_city = '', ship_to_postcode = ''
    FROM (SELECT orders.id, customers.mailbox FROM customers JOIN orders ON orders.customer_id = customers.id
        WHERE {is_nobody}) AS nobody
    WHERE f.known AND f.order_id = nobody.id
    RETURNING f.order_id
""").format(is_nobody=sql.SQL(IS_NOBODY))
_CARDS = sql.SQL("""
    UPDATE feed_paid SET card_fingerprint = NULL WHERE card_fingerprint IS NOT NULL AND order_id IN (
        SELECT orders.id FROM customers JOIN orders ON orders.customer_id = customers.id WHERE {is_nobody})
""").format(is_nobody=sql.SQL(IS_NOBODY))
_ANY_CARD = "SELECT EXISTS (SELECT FROM feed_paid WHERE card_fingerprint IS NOT NULL)"
_SHIPMENTS = """
    UPDATE feed_shipments SET signed_by = NULL, left_at = NULL, tracking_number = NULL WHERE order_id = ANY(%s)
"""


def keep_erased(connection: Connection) -> None:
    """Take out of the staged orders and parcels of erased customers what names them, before anything is written.

    Such an order stays with nobody, so it brings no customer back either. A new order of the same mailbox is another
    customer's: they came again.
    """
    erased = [row[0] for row in connection.execute(_ORDERS).fetchall()]
    if erased:
        connection.execute(_SHIPMENTS, [erased])


def keep_cards_erased(connection: Connection) -> None:
    """Take the names of cards out of the staged payments of erased customers; most feeds name none."""
    if connection.execute(_ANY_CARD).fetchone() == (True,):
        connection.execute(_CARDS)
