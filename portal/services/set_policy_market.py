"""Set what a market wants of its policy: which version decides about its orders."""

from portal.domain.actors import Actor
from portal.domain.drafts import OrdersKeep
from portal.domain.errors import BadWords
from portal.records import deeds, policies
from portal.services.toolkit import Toolkit

_MOST = 16


def set_policy_market(toolkit: Toolkit, *, market: str, orders_keep: OrdersKeep, actor: Actor) -> None:
    """Set it, and make the market known where it was not. Raises BadWords for what can be no market."""
    if market != policies.DEFAULT_MARKET and not (market.isascii() and market.isalnum() and len(market) <= _MOST):
        raise BadWords(f"a market is {policies.DEFAULT_MARKET!r} or up to {_MOST} letters and digits, not {market!r}")
    with toolkit.transaction() as session:
        policies.set_orders_keep(session, market, orders_keep)
        detail = {"orders_keep": orders_keep.value}
        deeds.note(session, "policy_market_set", market, actor=actor, now=toolkit.now(), detail=detail)
