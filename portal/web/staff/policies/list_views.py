"""Every market with its versions, and the drafts that somebody works on."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY, Role
from portal.domain.drafts import MOST_TITLE, OrdersKeep
from portal.domain.errors import BadPolicy, BadWords
from portal.records import market_wishes, policy_drafts, policy_list, staff_names
from portal.records import policies as policy_records
from portal.records.tables.policies import PolicyDraft, PolicyVersion
from portal.services.draft_policy import start_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import trimmed
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, REFUSED, refusal_words
from portal.web.staff.policies.draft_file import name_of
from portal.web.staff.policies.draft_page import market_path, market_words
from portal.web.staff.policies.words import KEEPS, STATE_TONES, STATES

_MOST_VERSIONS, _MOST_DRAFTS = 10, 10
_MARKET = re.compile(r"[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version. state: in force, coming or past, in words."""

    number: int
    path: str
    state: str
    tone: str
    in_force_from: datetime
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class MarketView:
    """A market and its versions, newest first. keeps: which of them decides about an order, in words.

    waits: somebody asked for the other one, and nobody has decided it yet.
    """

    market: str
    path: str
    name: str
    versions: tuple[VersionRow, ...]
    keeps: str
    waits: bool


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, and who changed it last."""

    ref: str
    title: str
    market: str
    state: str
    tone: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """Rendered by ``staff/policies/list.html``. markets: those that a draft can be started for."""

    drafts: tuple[DraftRow, ...]
    done: tuple[DraftRow, ...]
    markets: tuple[MarketView, ...]
    may_write: bool
    most_title: int
    title: str = ""
    error: str = ""


@staff(*SEES_POLICY)
def policies() -> Answer:
    """List the markets with their versions, and the drafts."""
    return _page()


@staff(*WRITES_POLICY)
def start() -> Answer:
    """Begin a draft from the newest version of a market."""
    title = trimmed(request.form.get("title"))
    other = trimmed(request.form.get("other_market"))
    market = other or request.form.get("market", "")
    if not title or len(title) > MOST_TITLE:
        sentence = _("Please say in a few words what the draft is for, up to %(most)s characters.", most=MOST_TITLE)
        return _page(title=title, error=sentence, status=REFUSED)
    if other and not _MARKET.fullmatch(other):
        reason = _("A market is written as orders name it, such as BR.")
        return _page(title=title, error=refusal_words(BadPolicy(reason)), status=REFUSED)
    try:
        ref = start_draft(toolkit(), staff_id=staff_on_duty().id, market=market, title=title)
    except (BadPolicy, BadWords) as error:
        return _page(title=title, error=refusal_words(error), status=REFUSED)
    return redirect(url_for("staff.draft", ref=ref, done="started"), 303)


@staff(*SEES_POLICY)
def policies_again() -> Answer:
    """Lead somebody who reloads an answer to the list."""
    return redirect(url_for(HERE), 303)


def _page(*, title: str = "", error: str = "", status: int = 200) -> Answer:
    now = toolkit().now()
    with toolkit().reading() as session:
        drafts = policy_drafts.open_drafts(session)
        done = policy_drafts.recent_drafts(session, limit=_MOST_DRAFTS)
        versions = policy_list.latest_versions(session, each=_MOST_VERSIONS)
        known = policy_records.markets(session)
        keeps = policy_records.orders_keep(session)
        wishes = market_wishes.latest(session, known)
        actors = {*(one.changed_by for one in (*drafts, *done)), *(one.published_by for one in versions)}
        names = staff_names.names_of(session, actors)
    page = PoliciesPage(
        drafts=tuple(_draft(one, names) for one in drafts),
        done=tuple(_draft(one, names) for one in done),
        markets=tuple(
            MarketView(
                market=market,
                path=market_path(market),
                name=market_words(market),
                versions=_versions(market, versions, names, now),
                keeps=_keeps(market, keeps),
                waits=market in wishes and wishes[market].waits,
            )
            for market in known
        ),
        may_write=Role(staff_on_duty().role) in WRITES_POLICY,
        most_title=MOST_TITLE,
        title=title,
        error=error,
    )
    return make_response(render_template("staff/policies/list.html", page=page, **frame(HERE)), status)


def _draft(draft: PolicyDraft, names: dict[str, str]) -> DraftRow:
    return DraftRow(
        ref=draft.ref,
        title=draft.title,
        market=market_words(draft.market),
        state=named(STATES, draft.state),
        tone=STATE_TONES[draft.state],
        changed_by=name_of(draft.changed_by, names),
        changed_at=draft.changed_at,
    )


def _keeps(market: str, keeps: dict[str, OrdersKeep]) -> str:
    """Say which version decides about an order of a market; what is said for all holds where it says nothing."""
    keep = keeps.get(market, keeps.get(policy_records.DEFAULT_MARKET, OrdersKeep.REPORTED))
    return str(KEEPS[keep.value])


def _versions(
    market: str, versions: list[PolicyVersion], names: dict[str, str], now: datetime
) -> tuple[VersionRow, ...]:
    """Say which version of a market is in force: of those that have begun the one with the highest number."""
    mine = [version for version in versions if version.market == market]
    current = max((one.number for one in mine if one.in_force_from <= now), default=None)
    return tuple(_version(one, current, names, now) for one in mine)


def _version(version: PolicyVersion, current: int | None, names: dict[str, str], now: datetime) -> VersionRow:
    state, tone = _("Past"), ""
    if version.number == current:
        state, tone = _("In force"), "good"
    elif version.in_force_from > now and (current is None or version.number > current):
        state, tone = _("Coming"), "wait"
    return VersionRow(
        number=version.number,
        path=market_path(version.market),
        state=state,
        tone=tone,
        in_force_from=version.in_force_from,
        published_by=name_of(version.published_by, names),
        published_at=version.published_at,
    )
