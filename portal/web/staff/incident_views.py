"""Incidents as staff look at them: what each waits for, and one at a time, to be worked on and closed."""

from datetime import date

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import CONFIRMS_PATTERNS, SEES_PATTERNS, SENDS_TO_MANY
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.incidents import BadIncident, NotProven, is_being_counted
from portal.records import (
    costs,
    incident_claims,
    incident_tellings,
    incidents,
    orders_at_risk,
    outreach_effect,
    prevention,
    recoveries,
)
from portal.records.sessions import Session
from portal.records.staff_names import names_of
from portal.records.tables.incidents import Incident
from portal.records.tables.patterns import Pattern
from portal.services.tell_of_incident import send_telling
from portal.services.work_on_incident import At
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import number_in
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.incident_acts import ACTS, who_does
from portal.web.staff.incident_words import WRONG, why_not
from portal.web.staff.pages.incident import Found, Said, incident_page
from portal.web.staff.pages.incident_reach import reach_of
from portal.web.staff.pages.incidents import rows_of

HERE = "staff.incidents"
_MOST, _ROWS, _LINES = 100, 20, 100
_CONFLICT, _REFUSED = 409, 422


@staff(*SEES_PATTERNS)
def listing() -> str:
    """List incidents: those that are open first, each with what it waits for."""
    with toolkit().reading() as session:
        found = incidents.listed(session, limit=_MOST)
        owners = {one.stage: one.owner for one in costs.owners(session)}
        recovered = recoveries.by_incident(session, [one.ref for one in found])
    rows = rows_of(found, owners, recovered, _today())
    return render_template("staff/incidents/list.html", rows=rows, **frame(HERE))


@staff(*SEES_PATTERNS)
def one(ref: str) -> Answer:
    """Show one incident; one that became a part of another leads there."""
    return _page(ref, Said(done=request.args.get("done", "")))


@staff(*SEES_PATTERNS)
def back(ref: str, version: str, act: str) -> Answer:
    """Lead somebody who reloads an act to the incident, whatever version it was of; no other name has a page."""
    if not version.isdigit() or act not in {*ACTS, "send"}:
        raise NotFound(act)
    return redirect(url_for("staff.incident", ref=ref), 303)


@staff(*CONFIRMS_PATTERNS)
def act(ref: str, version: str, act: str) -> Answer:
    """Do what one of its forms asks for; where that cannot be, show it as it stands with what was typed."""
    if act not in ACTS:
        raise NotFound(act)
    if staff_on_duty().role not in who_does(act):
        raise NotAllowed("this role does not close what is not proven")
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"} | {"act": act}
    try:
        ACTS[act](toolkit(), _at(ref, version), typed)
    except BadIncident as error:
        return _page(ref, Said(error=str(named(WRONG, error.field)), place=error.field, typed=typed), _REFUSED)
    except NotProven as error:
        return _page(ref, Said(error=why_not(error), place="proof", typed=typed), _REFUSED)
    except MovedOn:
        moved = _("This has moved on since you opened it. Here it is as it stands now.")
        return _page(ref, Said(error=moved, place="kept", typed=typed), _CONFLICT)
    return redirect(url_for("staff.incident", ref=ref, done=act), 303)


@staff(*SENDS_TO_MANY)
@wants_factor()
def send(ref: str, version: str) -> Answer:
    """Send the letter that waits to all customers of the incident."""
    try:
        send_telling(toolkit(), _at(ref, version))
    except MovedOn:
        moved = _("This has moved on since you opened it. Here it is as it stands now.")
        return _page(ref, Said(error=moved, place="telling"), _CONFLICT)
    return redirect(url_for("staff.incident", ref=ref, done="send"), 303)


def _at(ref: str, version: str) -> At:
    return At(ref, number_in(version), Actor.staff(staff_on_duty().id))


def _page(ref: str, said: Said, status: int = 200) -> Answer:
    on_duty = staff_on_duty()
    with toolkit().reading() as session:
        parts, patterns = incidents.whole_of(session, ref)
        if not parts:
            raise NotFound(ref)
        if parts[0].merged_into:
            return redirect(url_for("staff.incident", ref=parts[0].merged_into), 302)
        found = _found(session, parts, patterns)
        outreaches = outreach_effect.of_incidents(session, found.parts, most=_ROWS)
        reach = reach_of(outreaches, prevention.tallies(session, [part.ref for part in found.parts]))
    reader = (on_duty.role, str(Actor.staff(on_duty.id)))
    page = incident_page(found, reader, _today(), _ROWS, said)
    told = {"page": page, "reach": reach}
    return make_response(render_template("staff/incidents/one.html", **told, **frame(HERE)), status)


def _found(session: Session, parts: list[Incident], patterns: list[Pattern]) -> Found:
    incident, now, skipped = parts[0], toolkit().now(), number_in(request.args.get("claims", ""))
    tie = incidents.tie_of(parts, now, toolkit().zone)
    tied = incident_claims.page_of(session, tie, most=_ROWS, skipped=skipped)
    steps, history = (
        incidents.steps_of(session, incident),
        incidents.history_of(session, [part.ref for part in parts], limit=_LINES),
    )
    tellings = incident_tellings.of(session, parts)
    risk, at_risk = _risk(session, parts)
    wrote = {name for told in tellings for name in (told.telling.proposed_by, told.telling.sent_by or "")}
    acted = {incident.cause_by, incident.cause_confirmed_by, incident.fix_by, incident.closed_by}
    stepped = {name for step in steps for name in (step.set_by, step.ended_by or "")}
    return Found(
        incident=incident,
        parts=parts,
        patterns=patterns,
        steps=steps,
        stages=costs.owners(session),
        claims=tied.listed,
        skipped=skipped,
        answered=(tied.claims, tied.customers),
        costs=incident_claims.cost(session, tie),
        recovered=recoveries.by_incident(session, [incident.ref]).get(incident.ref, []),
        risk=risk,
        at_risk=at_risk,
        tellings=tellings,
        counting=is_being_counted(incident.proof_asked_at, now),
        history=history,
        names=names_of(session, {name or "" for name in acted} | wrote | stepped | {deed.actor for deed in history}),
    )


def _risk(session: Session, parts: list[Incident]) -> tuple[orders_at_risk.RiskCount, list[orders_at_risk.AtRisk]]:
    """Count who is at risk, and list some; of what is closed nobody is."""
    if parts[0].closed_at is not None:
        return orders_at_risk.RiskCount(), []
    about, also, now = parts[0].about, [part.about for part in parts[1:]], toolkit().now()
    before, fresh_for = number_in(request.args.get("before", "")), orders_at_risk.fresh_for(parts[0].measure)
    some = orders_at_risk.newest_at_risk(
        session, about, now=now, also=also, fresh_for=fresh_for, before=before, most=_ROWS
    )
    return orders_at_risk.count_at_risk(session, about, now=now, also=also, fresh_for=fresh_for), some


def _today() -> date:
    return toolkit().now().astimezone(toolkit().zone).date()
