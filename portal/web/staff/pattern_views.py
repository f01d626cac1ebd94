"""Patterns as staff look at them: what waits, and one at a time, to be confirmed or dismissed."""

from datetime import datetime, time

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import CONFIRMS_PATTERNS, SEES_PATTERNS
from portal.domain.errors import MovedOn, NotFound
from portal.records import patterns as pattern_records
from portal.records.pattern_claims import told_of
from portal.records.pattern_searches import last_days
from portal.records.staff_names import names_of
from portal.services.decide_pattern import confirm_pattern, dismiss_pattern
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.pages.pattern import Said, pattern_page, rows_of

HERE = "staff.patterns"
_MOST = 100
_CONFLICT, _REFUSED = 409, 422
_DONE = ("confirm", "dismiss")


@staff(*SEES_PATTERNS)
def listing() -> str:
    """List patterns, those that wait for somebody first."""
    with toolkit().reading() as session:
        found = pattern_records.listed(session, limit=_MOST)
        counted = last_days(session)
    until = min(counted.values()) if counted else None
    return render_template("staff/patterns/list.html", rows=rows_of(found), until=until, **frame(HERE))


@staff(*SEES_PATTERNS)
def one(ref: str) -> Answer:
    """Show one pattern with its picture, what it cost, and its claims."""
    done = request.args.get("done", "")
    notices = {
        "confirm": _("Confirmed. Thank you for looking at it."),
        "dismiss": _("Dismissed, with your reason."),
    }
    return _page(ref, Said(notice=notices.get(done, "")))


@staff(*SEES_PATTERNS)
def back(ref: str) -> Answer:
    """Lead somebody who reloads an act to the pattern."""
    return redirect(url_for("staff.pattern", ref=ref), 303)


@staff(*CONFIRMS_PATTERNS)
def decide(ref: str) -> Answer:
    """Confirm a pattern, or dismiss it with a reason; one that a colleague decided is shown as it stands."""
    act, words = request.form.get("act", ""), unix_lines(request.form.get("words"))
    wrong = too_long(words) if words else _("Please say why, for colleagues and for later.")
    if act not in _DONE:
        return _page(ref, Said(error=_("Please choose what is to be done."), field="decision", typed=words), _REFUSED)
    if wrong:
        return _page(ref, Said(error=wrong, field="words", typed=words), _REFUSED)
    actor = Actor.staff(staff_on_duty().id)
    try:
        if act == "confirm":
            confirm_pattern(toolkit(), ref=ref, words=words, actor=actor)
        else:
            dismiss_pattern(toolkit(), ref=ref, reason=words, actor=actor)
    except MovedOn:
        moved = _("This has moved on since you opened it. Here it is as it stands now.")
        return _page(ref, Said(error=moved, field="decision", typed=words), _CONFLICT)
    return redirect(url_for("staff.pattern", ref=ref, done=act), 303)


def _page(ref: str, said: Said, status: int = 200) -> Answer:
    zone = toolkit().zone
    with toolkit().reading() as session:
        pattern = pattern_records.named(session, ref)
        if pattern is None:
            raise NotFound(ref)
        since = datetime.combine(pattern.since_on, time(), zone)
        told = told_of(session, pattern, since=since, zone=zone.key)
        who = names_of(session, [pattern.decided_by] if pattern.decided_by else [])
    page = pattern_page(pattern, told, staff_on_duty().role, who.get(pattern.decided_by or "", ""), said)
    return make_response(render_template("staff/patterns/one.html", page=page, **frame(HERE)), status)
