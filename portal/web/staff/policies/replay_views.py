"""Replays of drafts over past claims: ask for one, follow it, and read what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY
from portal.domain.errors import NotFound
from portal.domain.replays import BadReplay
from portal.records import policies, policy_drafts, policy_list, policy_replays, staff_names
from portal.records.policies import DEFAULT_MARKET
from portal.records.policy_replays import OfWhat
from portal.records.sessions import Session
from portal.records.tables.policies import PolicyVersion
from portal.services.ask_replay import ask_replay, stop_replay
from portal.services.current_policy import parsed
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.workbench import frame
from portal.web.staff.policies.replay_form import ReplayForm, said, typed_form, understood, usual_form
from portal.web.staff.policies.replay_page import (
    STATES,
    TONES,
    ReplayView,
    is_moving,
    other_limits,
    percent_of,
    result_view,
    version_of_page,
)

HERE = "staff.policies"
REFUSED = 422
_MOST_REPLAYS, _MOST_VERSIONS = 20, 5


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A replay in the list."""

    ref: str
    title: str
    since_on: date
    until_on: date
    market: str
    state: str
    tone: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ReplaysPage:
    """Rendered by ``staff/policies/replays.html``. drafts, versions: (value, label) to choose from."""

    form: ReplayForm
    drafts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    markets: tuple[str, ...]
    rows: tuple[ReplayRow, ...]


@staff(*SEES_POLICY)
def replays() -> Answer:
    """Show the form, and the replays that were asked for last."""
    today = toolkit().now().astimezone(toolkit().zone).date()
    return _list(usual_form(today, request.args.get("policy", "")))


@staff(*SEES_POLICY)
def ask() -> Answer:
    """Ask for a replay and lead to its page."""
    form = typed_form(request.form)
    asked = understood(form)
    if asked is None:
        return _list(form, REFUSED)
    try:
        ref = ask_replay(toolkit(), staff_id=staff_on_duty().id, of=asked.of, span=asked.span, minutes=asked.minutes)
    except BadReplay as error:
        form.errors[error.part] = said(error)
        return _list(form, REFUSED)
    except NotFound:
        form.errors["policy"] = said(BadReplay("policy", "none"))
        return _list(form, REFUSED)
    return redirect(url_for("staff.replay", ref=ref), 303)


@staff(*SEES_POLICY)
def replay(ref: str) -> Answer:
    """Show how far a replay is, or what came of it."""
    with toolkit().reading() as session:
        found = policy_replays.found(session, ref)
        if found is None:
            raise NotFound(ref)
        names = staff_names.names_of(session, [found.replay.asked_by])
        page = _view(found, names, other_limits=_has_other_limits(session, found))
    return make_response(render_template("staff/policies/replay.html", page=page, **frame(HERE)))


@staff(*SEES_POLICY)
def replay_news(ref: str) -> Response:
    """Tell a page of a replay that is under way whether there is news."""
    with toolkit().reading() as session:
        found = policy_replays.glance(session, ref)
    if found is None:
        raise NotFound(ref)
    return jsonify(version=version_of_page(found), moving=is_moving(found))


@staff(*SEES_POLICY)
def stop(ref: str) -> Answer:
    """Stop a replay."""
    stop_replay(toolkit(), staff_id=staff_on_duty().id, ref=ref)
    return redirect(url_for("staff.replay", ref=ref), 303)


@staff(*SEES_POLICY)
def replay_again(ref: str) -> Answer:
    """Lead somebody who reloads an answer to the replay."""
    return redirect(url_for("staff.replay", ref=ref), 303)


def _list(form: ReplayForm, status: int = 200) -> Answer:
    with toolkit().reading() as session:
        drafts = policy_drafts.open_drafts(session)
        versions = policy_list.latest_versions(session, each=_MOST_VERSIONS)
        markets = policies.markets(session)
        latest = policy_replays.latest(session, limit=_MOST_REPLAYS)
        names = staff_names.names_of(session, {one.replay.asked_by for one in latest})
    page = ReplaysPage(
        form,
        tuple((one.ref, _("%(title)s (%(market)s)", title=one.title, market=_market(one.market))) for one in drafts),
        tuple((f"{one.market}/{one.number}", version_title(one)) for one in versions),
        tuple(market for market in markets if market != DEFAULT_MARKET),
        tuple(_row(one, names) for one in latest),
    )
    return make_response(render_template("staff/policies/replays.html", page=page, **frame(HERE)), status)


def _row(of_what: OfWhat, names: dict[str, str]) -> ReplayRow:
    one = of_what.replay
    return ReplayRow(
        one.ref,
        _title(of_what),
        one.since_on,
        one.until_on,
        _market(one.market),
        named(STATES, one.state),
        TONES[one.state],
        names.get(one.asked_by, one.asked_by),
        one.asked_at,
    )


def _has_other_limits(session: Session, of_what: OfWhat) -> bool:
    """Compare the text with the newest version of its market. One that could not be read has no result."""
    if of_what.replay.result is None:
        return False
    policy = parsed(of_what.replay.source)
    newest = policies.newest(session, policy.market)
    return other_limits(policy, parsed(newest.source) if newest else None)


def _view(of_what: OfWhat, names: dict[str, str], *, other_limits: bool) -> ReplayView:
    """Put the page of a replay together."""
    found, draft, _version = of_what
    return ReplayView(
        replay=found,
        title=_title(of_what),
        state=named(STATES, found.state),
        tone=TONES[found.state],
        moving=is_moving(found),
        version=version_of_page(found),
        percent=percent_of(found),
        asked_by=names.get(found.asked_by, found.asked_by),
        market=_market(found.market),
        earlier=draft is not None and policy_replays.digest_of(draft.source) != found.digest,
        other_limits=other_limits,
        again=url_for("staff.replays", policy=draft.ref) if draft else url_for("staff.replays"),
        draft_url=url_for("staff.draft", ref=draft.ref) if draft else "",
        result=result_view(found),
    )


def _title(of_what: OfWhat) -> str:
    """Name what a replay is of."""
    if of_what.draft is not None:
        return of_what.draft.title
    return version_title(of_what.version) if of_what.version is not None else ""


def version_title(version: PolicyVersion) -> str:
    """Name a version by its number and market."""
    return _("Version %(number)s (%(market)s)", number=version.number, market=_market(version.market))


def _market(market: str | None) -> str:
    return _("all markets") if market in (None, DEFAULT_MARKET) else str(market)
