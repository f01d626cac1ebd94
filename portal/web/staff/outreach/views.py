"""Outreaches: the list, drawing one up, and one at a time with its progress and what may be done about it."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import REVIEWS_POLICY, SEES_CLAIMS, WRITES_POLICY
from portal.domain.errors import IllegalMove, MovedOn, NotFound
from portal.domain.outreach import BadOutreach, OutreachMove, OutreachState
from portal.records import incidents, outreach_effect, outreach_targets, outreaches
from portal.records.staff_names import names_of
from portal.services.draw_outreach import draw_outreach
from portal.services.move_outreach import ASKED_OF_PEOPLE, move_outreach
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import number_in
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.outreach.form import OutreachForm, said_of, typed_form, understood, usual_form
from portal.web.staff.outreach.page import outreach_page, row_of, version_of_page

HERE = "staff.outreaches"
_MOST = 50
_FOUND, _CONFLICT, _REFUSED = 200, 409, 422


@staff(*SEES_CLAIMS)
def listing() -> Answer:
    """List the outreaches that were drawn up last, with the form for another one."""
    return _list(usual_form(request.args.get("incident", "")))


@staff(*WRITES_POLICY)
def draw() -> Answer:
    """Draw one up and lead to its page, where it is counted."""
    form = typed_form(request.form)
    plan = understood(form)
    if plan is None:
        return _list(form, _REFUSED)
    try:
        ref = draw_outreach(toolkit(), staff_id=staff_on_duty().id, plan=plan)
    except BadOutreach as error:
        form.errors["cause" if error.part == "incident_ref" else error.part] = said_of(error)
        return _list(form, _REFUSED)
    return redirect(url_for("staff.outreach", ref=ref), 303)


@staff(*SEES_CLAIMS)
def one(ref: str) -> Answer:
    """Show one: what was counted, what became of it, and what may be done."""
    return _page(ref)


@staff(*SEES_CLAIMS)
def news(ref: str) -> Response:
    """Tell a page of an outreach that moves by itself whether there is news."""
    with toolkit().reading() as session:
        found = outreaches.found(session, ref)
    if found is None:
        raise NotFound(ref)
    return jsonify(version=version_of_page(found.outreach), moving=found.outreach.state == OutreachState.COUNTING)


@staff(*REVIEWS_POLICY)
@wants_factor("start", "approve")
def move(ref: str) -> Answer:
    """Start it, approve the rest, pause it, go on or stop; what somebody else moved meanwhile is shown as it stands."""
    wanted, seen = request.form.get("act", ""), number_in(request.form.get("version", ""))
    if wanted not in {one.value for one in ASKED_OF_PEOPLE} or not seen:
        return _page(ref, _("Please choose what is to be done."), _REFUSED)
    chosen = OutreachMove(wanted)
    try:
        move_outreach(toolkit(), staff_id=staff_on_duty().id, ref=ref, seen=seen, move=chosen)
    except (MovedOn, IllegalMove):
        return _page(ref, _("This has moved on since you opened it. Here it is as it stands now."), _CONFLICT)
    except BadOutreach as error:
        return _page(ref, said_of(error), _REFUSED)
    return redirect(url_for("staff.outreach", ref=ref), 303)


@staff(*SEES_CLAIMS)
def back(ref: str) -> Answer:
    """Lead somebody who reloads an act to the outreach."""
    return redirect(url_for("staff.outreach", ref=ref), 303)


def _list(form: OutreachForm, status: int = _FOUND) -> Answer:
    with toolkit().reading() as session:
        latest = outreaches.latest(session, limit=_MOST)
        open_ones = incidents.open_ones(session)
        names = names_of(session, {one.outreach.drawn_by for one in latest})
    rows = tuple(row_of(one, names) for one in latest)
    causes = tuple((one.ref, f"{one.ref}: {one.words}") for one in open_ones)
    may_draw = staff_on_duty().role in WRITES_POLICY
    told = {"form": form, "rows": rows, "causes": causes, "may_draw": may_draw}
    return make_response(render_template("staff/outreach/list.html", **told, **frame(HERE)), status)


def _page(ref: str, error: str = "", status: int = _FOUND) -> Answer:
    viewer = staff_on_duty()
    with toolkit().reading() as session:
        found = outreaches.found(session, ref)
        if found is None:
            raise NotFound(ref)
        it = found.outreach
        ends = outreach_targets.by_end(session, it.id)
        effect = outreach_effect.effect_of(session, it, toolkit().now())
        closed_by = found.closed.closed_by if found.closed else None
        names = names_of(session, {name for name in (it.drawn_by, it.started_by, it.approved_by, closed_by) if name})
    by = str(Actor.staff(viewer.id)), viewer.role
    page = outreach_page(found, names, ends, effect, by, error)
    version = version_of_page(it)
    return make_response(render_template("staff/outreach/one.html", page=page, version=version, **frame(HERE)), status)
