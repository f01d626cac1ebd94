"""Whether the page of orders leads to a withdrawal: while law gives it, and not all of the order is withdrawn."""

from portal.domain.withdrawal import Standing, period_of
from portal.records.tables.orders import Order
from portal.records.tables.withdrawals import Withdrawal
from portal.services.look_at_withdrawal import OVER
from portal.services.toolkit import Toolkit

_STILL = frozenset({Standing.IN_TIME, Standing.NOT_DELIVERED, Standing.UNDETERMINED})


def is_withdrawable(order: Order, declared: list[Withdrawal], toolkit: Toolkit) -> bool:
    """Tell whether an order, with its lines and their shipments, may be withdrawn from as far as we can tell."""
    days = toolkit.withdrawal.days_for(order.market, order.ship_to_country)
    if days is None or any(not one.goods and not one.lines for one in declared):
        return False
    period = period_of(
        days,
        list({line.shipment_id: line.shipment.delivered_at for line in order.lines}.values()),
        is_over=order.status in OVER,
        declared_at=toolkit.now(),
        zone=toolkit.zone,
    )
    return period.standing in _STILL
