"""What vendors, carriers and insurers paid of incidents: one person writes it down, another of finance books it."""

from collections.abc import Callable

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import KEEPS_BOOKS
from portal.domain.errors import MovedOn, NotFound
from portal.domain.recoveries import BadRecovery
from portal.records import incidents, recoveries
from portal.records.staff_names import names_of
from portal.services.record_recovery import ask_to_take_back, book_recovery, drop_recovery, record_recovery
from portal.services.toolkit import Toolkit
from portal.web.finance.recovery_form import PAYERS, PLACES, WRONG, read_recovery
from portal.web.finance.recovery_page import RecoveriesPage, Said, row_of
from portal.web.shared.access import finance, staff, staff_on_duty
from portal.web.shared.forms import unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.paging import Pager, page_number, pages_of
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame

ROWS = 50
_MOST_KNOWN = 200
_CONFLICT, _REFUSED = 409, 422
_DONE = {
    "recorded": lazy("Written down. Another person of finance books it."),
    "book": lazy("Booked, and kept with your name."),
    "drop": lazy("Let go of. Nothing was booked."),
    "doubted": lazy("Written down. It stands until another person of finance takes it back."),
}


@finance
def listing() -> Answer:
    """Show a page of what came back, with what waits for a second person first, or the page on which one of it is."""
    done, incident = request.args.get("done", ""), request.args.get("incident", "")
    typed = {"incident": incident} if incident else {}
    return _page(Said(notice=str(_DONE.get(done, "")), typed=typed, at=request.args.get("at", "")))


@staff(*KEEPS_BOOKS)
def record() -> Answer:
    """Write down a payment; where something of it is wrong, show the form as it was typed."""
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        record_recovery(toolkit(), read_recovery(typed, _actor()))
    except BadRecovery as error:
        place = PLACES.get(error.field, error.field)
        said = Said(error=str(named(WRONG, error.field)), place=place, typed=typed, at=error.told)
        return _page(said, _REFUSED)
    return redirect(url_for("finance.recoveries", done="recorded"), 303)


@staff(*KEEPS_BOOKS)
@wants_factor()
def book(ref: str) -> Answer:
    """Book what another person wrote down."""
    return _decided("book", ref, book_recovery)


@staff(*KEEPS_BOOKS)
def drop(ref: str) -> Answer:
    """Let go of what was written down."""
    return _decided("drop", ref, drop_recovery)


@staff(*KEEPS_BOOKS)
def doubt(ref: str) -> Answer:
    """Write down that something was booked in error, for another person to take it back."""
    typed = {"reason": request.form.get("reason", "")}
    try:
        ask_to_take_back(toolkit(), ref, reason=unix_lines(typed["reason"]), actor=_actor())
    except BadRecovery as error:
        said = Said(error=str(named(WRONG, error.field)), place=f"reason-{ref}", typed=typed, at=ref)
        return _page(said, _REFUSED)
    except MovedOn:
        return _moved_on(ref, kept=typed["reason"])
    return redirect(url_for("finance.recoveries", done="doubted"), 303)


@staff(*KEEPS_BOOKS)
def back(ref: str, act: str) -> Answer:
    """Lead somebody who reloads an act to the list; no other name has a page."""
    if act not in {"book", "drop", "doubt"}:
        raise NotFound(act)
    return redirect(url_for("finance.recoveries", at=ref, _anchor=ref), 303)


def _decided(act: str, ref: str, decide: Callable[[Toolkit, str, Actor], None]) -> Answer:
    try:
        decide(toolkit(), ref, _actor())
    except MovedOn:
        return _moved_on(ref)
    return redirect(url_for("finance.recoveries", done=act), 303)


def _moved_on(ref: str, *, kept: str = "") -> Answer:
    moved = _("This has moved on since you opened it. Here it is as it stands now.")
    return _page(Said(error=moved, place="kept" if kept else "list", at=ref, kept=kept), _CONFLICT)


def _actor() -> Actor:
    return Actor.staff(staff_on_duty().id)


def _page(said: Said, status: int = 200) -> Answer:
    """Show the page that is asked for, or the one with the recovery that something is said about."""
    with toolkit().reading() as session:
        pages = pages_of(recoveries.count(session), ROWS)
        skipped = recoveries.before(session, said.at) if said.at else None
        number = min(page_number(), pages) if skipped is None else skipped // ROWS + 1
        found = recoveries.listed(session, most=ROWS, skipped=(number - 1) * ROWS)
        known = tuple((one.ref, one.words[:60]) for one in incidents.listed(session, limit=_MOST_KNOWN))
        acted = {actor for one in found for actor in (one.row.recorded_by, one.row.decided_by or "")}
        names = names_of(session, acted)
    may_write = staff_on_duty().role in KEEPS_BOOKS
    page = RecoveriesPage(
        rows=tuple(row_of(one, names, str(_actor()), may_write=may_write) for one in found),
        payers=tuple((value, str(label)) for value, label in PAYERS.items()),
        known=known,
        today=toolkit().now().astimezone(toolkit().zone).date(),
        may_write=may_write,
        pager=Pager(number, pages, _url(number - 1, pages), _url(number + 1, pages)),
        said=said,
    )
    return make_response(render_template("finance/recoveries.html", page=page, **frame("finance.recoveries")), status)


def _url(number: int, pages: int) -> str | None:
    return url_for("finance.recoveries", page=number) if 1 <= number <= pages else None
