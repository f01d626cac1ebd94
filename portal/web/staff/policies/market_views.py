"""Which version decides about the orders of a market: asked for by a policy owner, agreed to by an approver."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, SEES_POLICY, WRITES_POLICY
from portal.domain.drafts import OrdersKeep
from portal.domain.errors import BadWords, MovedOn, NotFound, OwnWork
from portal.records import market_wishes, policies, staff_names
from portal.records.market_wishes import Wish
from portal.services.set_policy_market import agree_policy_market, ask_policy_market, drop_policy_market
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED
from portal.web.staff.policies.draft_file import name_of
from portal.web.staff.policies.draft_page import market_of, market_path, market_words
from portal.web.staff.policies.words import KEEPS

_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class WishView:
    """What was last done to the setting. keeps: what was asked for or set, in words."""

    id: int
    keeps: str
    who: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class MarketPage:
    """Rendered by ``staff/policies/market.html``. keeps: what holds now; own: the market says so itself.

    waits: what somebody asked for; was_set: who set it last; other: what a policy owner can ask for, with its words.
    """

    path: str
    name: str
    keeps: str
    own: bool
    waits: WishView | None
    was_set: WishView | None
    other: tuple[str, str]
    may_ask: bool
    may_agree: bool
    may_drop: bool
    notice: str = ""
    error: str = ""
    wrong: str = ""
    words: str = ""


@staff(*SEES_POLICY)
def market(market: str) -> Answer:
    """Show which version decides about the orders of a market."""
    return _page(_market(market), notice=_notice(request.args.get("done", "")))


@staff(*WRITES_POLICY)
def ask(market: str) -> Answer:
    """Ask a second person for the other."""
    name, words, keep = _market(market), unix_lines(request.form.get("words")), _asked()
    wrong = too_long(words) or ("" if words else _("Please say why, for whoever decides it."))
    if wrong:
        return _page(name, wrong=wrong, words=words, status=REFUSED)
    me = staff_on_duty().id
    try:
        ask_policy_market(toolkit(), staff_id=me, market=name, orders_keep=keep, words=words)
    except BadWords:
        return _page(name, wrong=_("Please say why, for whoever decides it."), words=words, status=REFUSED)
    except MovedOn:
        return _page(name, error=_moved(), words=words, status=MOVED_ON)
    return _done(market, "asked")


@staff(*PUBLISHES_POLICY)
@wants_factor()
def agree(market: str) -> Answer:
    """Agree to what somebody else asked for: it holds from now on."""
    name = _market(market)
    try:
        agree_policy_market(toolkit(), staff_id=staff_on_duty().id, market=name, wish_id=_wished())
    except MovedOn:
        return _page(name, error=_moved(), status=MOVED_ON)
    except OwnWork:
        return _page(name, error=_("You asked for it yourself, so another approver decides it."), status=REFUSED)
    return _done(market, "agreed")


@staff(*REVIEWS_POLICY)
def drop(market: str) -> Answer:
    """Leave it as it is."""
    name = _market(market)
    try:
        drop_policy_market(toolkit(), staff_id=staff_on_duty().id, market=name, wish_id=_wished())
    except MovedOn:
        return _page(name, error=_moved(), status=MOVED_ON)
    return _done(market, "dropped")


@staff(*SEES_POLICY)
def back(market: str) -> Answer:
    """Lead somebody who reloads an answer to the page."""
    return redirect(url_for("staff.policy_market", market=market), 303)


def _done(path: str, done: str) -> Answer:
    return redirect(url_for("staff.policy_market", market=path, done=done), 303)


def _asked() -> OrdersKeep:
    keep = request.form.get("keep", "")
    if keep not in frozenset(OrdersKeep):
        raise BadRequest("the form does not say what the market is to keep")
    return OrdersKeep(keep)


def _wished() -> int:
    """Read which wish the page showed."""
    wish = request.form.get("wish", "")
    if not _NUMBER.fullmatch(wish):
        raise BadRequest("the form does not say which wish it answers")
    return int(wish)


def _market(path: str) -> str:
    """Read which market an address is about: one that the list of rules shows; raise NotFound for any other."""
    name = market_of(path)
    with toolkit().reading() as session:
        if name not in policies.markets(session):
            raise NotFound("no such market")
    return name


def _moved() -> str:
    return _("Nothing was changed: somebody else was here meanwhile. Here is how it is now.")


def _notice(done: str) -> str:
    return {
        "asked": _("Asked. An approver decides it; until then nothing changes."),
        "agreed": _("Done. It holds for every report from now on."),
        "dropped": _("It stays as it is."),
    }.get(done, "")


def _page(
    name: str, *, notice: str = "", error: str = "", wrong: str = "", words: str = "", status: int = 200
) -> Answer:
    with toolkit().reading() as session:
        keeps = policies.orders_keep(session)
        last = market_wishes.latest(session, [name]).get(name)
        names = staff_names.names_of(session, [last.actor] if last else [])
    keep = keeps.get(name, keeps.get(policies.DEFAULT_MARKET, OrdersKeep.REPORTED))
    other = next(one for one in OrdersKeep if one is not keep)
    waits, me = last is not None and last.waits, staff_on_duty()
    mine = last is not None and last.actor == str(Actor.staff(me.id))
    page = MarketPage(
        path=market_path(name),
        name=market_words(name),
        keeps=str(KEEPS[keep.value]),
        own=name in keeps,
        waits=_wish(last, names) if waits else None,
        was_set=_wish(last, names) if last and last.kind == market_wishes.SET else None,
        other=(other.value, str(KEEPS[other.value])),
        may_ask=me.role in WRITES_POLICY and not waits,
        may_agree=me.role in PUBLISHES_POLICY and waits and not mine,
        may_drop=me.role in REVIEWS_POLICY and waits,
        notice=notice,
        error=error,
        wrong=wrong,
        words=words,
    )
    return make_response(render_template("staff/policies/market.html", page=page, **frame(HERE)), status)


def _wish(wish: Wish | None, names: dict[str, str]) -> WishView | None:
    if wish is None:
        return None
    return WishView(wish.id, str(KEEPS[wish.keep.value]), name_of(wish.actor, names), wish.at, wish.words)
