"""Set which version of a market's policy decides about its orders: two people in the browser, one at the machine."""

from portal.domain import drafts
from portal.domain.actors import Actor
from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, WRITES_POLICY, Role
from portal.domain.drafts import OrdersKeep
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.policy import shape
from portal.records import deeds, market_wishes, policies, staff
from portal.records.market_wishes import ASKED, DROPPED, SET, Wish
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit, tried_again


def set_policy_market(toolkit: Toolkit, *, market: str, orders_keep: OrdersKeep, actor: Actor) -> None:
    """Set it at the machine, and make the market known where it was not. Raises BadPolicy for what can be no market."""
    shape.market(market, "market")
    with toolkit.transaction() as session:
        policies.take_turns(session, market)
        policies.set_orders_keep(session, market, orders_keep)
        detail = {"orders_keep": orders_keep.value}
        deeds.note(session, SET, market, actor=actor, now=toolkit.now(), detail=detail)


@tried_again
def ask_policy_market(toolkit: Toolkit, *, staff_id: int, market: str, orders_keep: OrdersKeep, words: str) -> None:
    """Ask a second person for it, with words; asking the same twice asks once.

    Raises BadPolicy (no name of a market), NotFound (no such market), NotAllowed, BadWords, and MovedOn where it is so
    already or something else waits.
    """
    shape.market(market, "market")
    said = drafts.words(words, needed=True)
    with toolkit.transaction() as session:
        actor = _who(session, staff_id, WRITES_POLICY)
        policies.take_turns(session, market)
        if not policies.is_market(session, market):
            raise NotFound("no such market")
        last = _last(session, market)
        if last is not None and last.waits:
            if (last.keep, last.actor) == (orders_keep, str(actor)):
                return
            raise MovedOn("another wish waits for this market")
        if policies.orders_keep(session).get(market) is orders_keep:
            raise MovedOn("it is so already")
        detail = {"orders_keep": orders_keep.value, "words": said}
        deeds.note(session, ASKED, market, actor=actor, now=toolkit.now(), detail=detail)


@tried_again
def agree_policy_market(toolkit: Toolkit, *, staff_id: int, market: str, wish_id: int) -> None:
    """Set what somebody else asked for. wish_id: the wish that the page showed.

    Raises NotAllowed, OwnWork for one's own wish, MovedOn where it waits no more.
    """
    with toolkit.transaction() as session:
        actor = _who(session, staff_id, PUBLISHES_POLICY)
        policies.take_turns(session, market)
        wish = _waiting(session, market, wish_id)
        drafts.check_second(actor, [wish.actor])
        policies.set_orders_keep(session, market, wish.keep)
        detail = {"orders_keep": wish.keep.value, "asked_by": wish.actor}
        deeds.note(session, SET, market, actor=actor, now=toolkit.now(), detail=detail)


@tried_again
def drop_policy_market(toolkit: Toolkit, *, staff_id: int, market: str, wish_id: int) -> None:
    """Leave it as it is: anybody who writes or publishes policy says so, also who asked. Raises NotAllowed, MovedOn."""
    with toolkit.transaction() as session:
        actor = _who(session, staff_id, REVIEWS_POLICY)
        policies.take_turns(session, market)
        wish = _waiting(session, market, wish_id)
        detail = {"orders_keep": wish.keep.value, "asked_by": wish.actor}
        deeds.note(session, DROPPED, market, actor=actor, now=toolkit.now(), detail=detail)


def _who(session: Session, staff_id: int, roles: frozenset[Role]) -> Actor:
    """Give the actor, where this person may do that now; raise NotAllowed where not."""
    member = staff.held_by_id(session, staff_id)
    if member is None or Role(member.role) not in roles:
        raise NotAllowed("this account does not decide what a market keeps")
    return Actor.staff(member.id)


def _last(session: Session, market: str) -> Wish | None:
    return market_wishes.latest(session, [market]).get(market)


def _waiting(session: Session, market: str, wish_id: int) -> Wish:
    wish = _last(session, market)
    if wish is None or not wish.waits or wish.id != wish_id:
        raise MovedOn("this wish waits no more")
    return wish
