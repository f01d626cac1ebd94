"""Whether the page of orders leads to a withdrawal: while law gives it, and not all of the order is withdrawn."""

from collections.abc import Mapping, Sequence

from portal.domain.withdrawal import Goods, Standing, period_of
from portal.records.sent_again import SentAgain
from portal.records.tables.orders import Order, OrderLine
from portal.records.tables.withdrawals import Withdrawal
from portal.services.look_at_withdrawal import OVER
from portal.services.toolkit import Toolkit

_STILL = frozenset({Standing.IN_TIME, Standing.NOT_DELIVERED, Standing.UNDETERMINED})


def is_withdrawable(
    order: Order, declared: list[Withdrawal], sent: Mapping[int, Sequence[SentAgain]], toolkit: Toolkit
) -> bool:
    """Tell whether an order, with its lines and their shipments, may be withdrawn from as far as we can tell.

    sent: what was sent again, by the order line's id.
    """
    days = toolkit.withdrawal.days_for(order.market, order.ship_to_country)
    if days is None or any(not one.goods and not one.lines for one in declared):
        return False
    period = period_of(
        days,
        [goods for line in order.lines for goods in _goods(line, sent.get(line.id, ()))],
        is_over=order.status in OVER,
        declared_at=toolkit.now(),
        zone=toolkit.zone,
        country=order.ship_to_country,
    )
    return period.standing in _STILL


def _goods(line: OrderLine, sent: Sequence[SentAgain]) -> list[Goods]:
    came = line.shipment.delivered_at
    again = [Goods(came, one.replacement.created_at, one.replacement.delivered_at) for one in sent]
    return again or [Goods(came)]
