"""The prevention list: what is about to go wrong, what was done about it, and what became of it."""

from collections.abc import Iterator

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES, SEES_CLAIMS
from portal.domain.errors import MovedOn, NotFound
from portal.domain.prevention import LONGEST_NOTE, BadOutcome
from portal.records import prevention as records
from portal.records.prevention_file import copy_list
from portal.records.staff_names import names_of
from portal.services.record_precaution import record_precaution
from portal.services.toolkit import Toolkit
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.paging import page_number, pages_of
from portal.web.shared.workbench import frame
from portal.web.staff.pages.prevention import Chosen, Typed, precaution_page, prevention_page

HERE = "staff.prevention"
ROWS = 50
_LONGEST_REF = 24
_CONFLICT, _REFUSED = 409, 422


@staff(*SEES_CLAIMS)
def listing() -> str:
    """Show a page of the list, the soonest promised first; of a page that is not there the last one."""
    incident, waits = _part()
    now = toolkit().now()
    with toolkit().reading() as session:
        whole = records.count(session, incident=incident, waits=waits)
        pages = pages_of(whole, ROWS)
        page = min(page_number(), pages)
        rows = records.listed(session, incident=incident, waits=waits, most=ROWS, skipped=(page - 1) * ROWS)
        tallies = records.tallies(session)
    chosen = Chosen(incident, page, pages, whole, waits=waits)
    return render_template(
        "staff/prevention/list.html", page=prevention_page(rows, tallies, chosen, now), **frame(HERE)
    )


@staff(*SEES_CLAIMS)
def file() -> Answer:
    """Give the same part of the list as a file."""
    incident, waits = _part()
    answer = Response(_file(toolkit(), incident, waits=waits), mimetype="text/csv")
    day = toolkit().now().astimezone(toolkit().zone).date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="prevention-{day}.csv"'
    return answer


def _file(means: Toolkit, incident: str, *, waits: bool) -> Iterator[bytes]:
    with means.reading() as session:
        yield from copy_list(session, incident=incident, waits=waits)


@staff(*SEES_CLAIMS)
def one(ref: str) -> Answer:
    """Show one parcel of the list."""
    said = _("Kept. Thank you for seeing to it.") if request.args.get("kept") else ""
    return _page(ref, Typed(notice=said))


@staff(*SEES_CLAIMS)
def back(ref: str) -> Answer:
    """Lead somebody who reloads the form to the parcel."""
    return redirect(url_for("staff.precaution", ref=ref), 303)


@staff(*DECIDES)
def record(ref: str) -> Answer:
    """Keep what was done; where a colleague was quicker the page shows how it stands."""
    done, note = request.form.get("done", ""), unix_lines(request.form.get("note"))
    try:
        record_precaution(
            toolkit(),
            ref=ref,
            done=done,
            note=note,
            actor=Actor.staff(staff_on_duty().id),
            seen=request.form.get("seen", ""),
        )
    except BadOutcome as error:
        sentences = {
            "done": _("Please choose what was done."),
            "note": _("The note may have up to %(most)d characters. Please shorten it a little.", most=LONGEST_NOTE),
        }
        field = str(error)
        return _page(ref, Typed(done=done, note=note, field=field, error=sentences[field]), _REFUSED)
    except MovedOn:
        moved = _("This has moved on since you opened it. Here it is as it stands now.")
        return _page(ref, Typed(done=done, note=note, error=moved), _CONFLICT)
    return redirect(url_for("staff.precaution", ref=ref, kept="yes"), 303)


def _page(ref: str, typed: Typed, status: int = 200) -> Answer:
    with toolkit().reading() as session:
        found = records.one(session, ref)
        if found is None:
            raise NotFound(ref)
        by = found.precaution.done_by
        names = names_of(session, [by] if by else [])
    page = precaution_page(found, names, toolkit().now(), typed, may_record=staff_on_duty().role in DECIDES)
    return make_response(render_template("staff/prevention/one.html", page=page, **frame(HERE)), status)


def _part() -> tuple[str, bool]:
    incident = request.args.get("incident", "")[:_LONGEST_REF]
    return incident, request.args.get("show") != "all"
