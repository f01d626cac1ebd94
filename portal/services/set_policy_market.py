"""Set what a market wants of its policy: which version decides about its orders."""

from portal.domain.actors import Actor
from portal.domain.drafts import OrdersKeep
from portal.domain.policy import shape
from portal.records import deeds, policies
from portal.services.toolkit import Toolkit


def set_policy_market(toolkit: Toolkit, *, market: str, orders_keep: OrdersKeep, actor: Actor) -> None:
    """Set it, and make the market known where it was not. Raises BadPolicy for what can be no market."""
    shape.market(market, "market")
    with toolkit.transaction() as session:
        policies.set_orders_keep(session, market, orders_keep)
        detail = {"orders_keep": orders_keep.value}
        deeds.note(session, "policy_market_set", market, actor=actor, now=toolkit.now(), detail=detail)
