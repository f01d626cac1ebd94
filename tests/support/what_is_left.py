"""What the payments of an order can still take back, as every offer goes by it."""

from portal.records import orders
from portal.services.read_order import read_order
from tests.support.shop import AnOrder, Shop


def can_take_back(shop: Shop, order: AnOrder) -> list[int]:
    """Tell what each payment can still take back, in minor units."""
    with shop.toolkit.reading() as session:
        (order_id,) = [row.id for row in shop.rows("SELECT id FROM orders WHERE order_number = :it", it=order.number)]
        found = read_order(session, orders.hold(session, order_id), shop.now())
        return [one.left.minor for one in found.capacities]
