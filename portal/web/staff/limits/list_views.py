"""The allow and the block list: looked at, one entry read, added and ended."""

from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import KEEPS_LISTS
from portal.domain.errors import MovedOn, NotFound
from portal.domain.limits import ListKind
from portal.domain.lists import AlreadyListed, last_days
from portal.records import lists
from portal.records.lists import Standing
from portal.services.add_to_list import Entry, add_to_list
from portal.services.end_list_entry import end_list_entry
from portal.services.listable_subjects import Listable, claim_of, of_claim
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.limits.entry_forms import (
    ClaimEntryForm,
    EndForm,
    EntryForm,
    MailboxEntryForm,
    claim_entry_form,
    filled,
)
from portal.web.staff.limits.entry_page import entry_view, lists_page
from portal.web.staff.limits.words import KINDS

HERE = "staff.lists"
_FOUND, _CONFLICT, _REFUSED = 200, 409, 422
_ROWS = 50


@staff(*KEEPS_LISTS)
def listing() -> str:
    """Show the entries in force, or those that are over, the newest first."""
    standing = Standing.ENDED if request.args.get("standing") == Standing.ENDED else Standing.LIVE
    asked = request.args.get("kind", "")
    kind = ListKind(asked) if asked in set(ListKind) else None
    now, after = toolkit().now(), request.args.get("after", "")
    with toolkit().reading() as session:
        rows = lists.listing(session, now=now, standing=standing, kind=kind, after=after, limit=_ROWS + 1)
        counts = lists.count(session, now)
    page = lists_page(rows, counts, standing=standing, kind=kind or "", now=now, limit=_ROWS)
    return render_template("staff/limits/lists.html", page=page, **frame(HERE))


@staff(*KEEPS_LISTS)
def one(ref: str) -> Answer:
    """Show one entry."""
    return _one(ref, EndForm(formdata=None))


@staff(*KEEPS_LISTS)
@wants_factor()
def end(ref: str) -> Answer:
    """End an entry before its time; one that has ended meanwhile is shown as it is."""
    form = EndForm()
    if not form.validate():
        return _one(ref, form, _REFUSED)
    try:
        end_list_entry(toolkit(), staff_id=staff_on_duty().id, ref=ref, reason=str(form.reason.data))
    except MovedOn:
        return _one(ref, form, _CONFLICT)
    return redirect(url_for("staff.list_entry", ref=ref), 303)


@staff(*KEEPS_LISTS)
def end_again(ref: str) -> Answer:
    """Lead somebody who reloads an answer to the entry."""
    return redirect(url_for("staff.list_entry", ref=ref), 303)


@staff(*KEEPS_LISTS)
def new() -> Answer:
    """Show the form for a mailbox."""
    return _form(filled(MailboxEntryForm(formdata=None), _today()), _FOUND)


@staff(*KEEPS_LISTS)
@wants_factor()
def add() -> Answer:
    """Put a mailbox on a list."""
    form = MailboxEntryForm()
    filled(form, _today())
    if not form.validate():
        return _form(form, _REFUSED)
    return _add(form, form.entry(mailbox=str(form.mailbox.data)))


@staff(*KEEPS_LISTS)
def new_of_claim(ref: str) -> Answer:
    """Show the form for what a claim was reported with."""
    return _form(claim_entry_form(_subjects(ref), _today()), _FOUND, ref)


@staff(*KEEPS_LISTS)
@wants_factor()
def add_of_claim(ref: str) -> Answer:
    """Put something that a claim was reported with on a list."""
    form = claim_entry_form(_subjects(ref), _today())
    if not form.validate():
        return _form(form, _REFUSED, ref)
    return _add(form, form.entry(claim_ref=ref, subject=str(form.subject.data)), ref)


def _add(form: EntryForm, entry: Entry, claim_ref: str = "") -> Answer:
    try:
        ref = add_to_list(toolkit(), staff_id=staff_on_duty().id, entry=entry)
    except AlreadyListed as error:
        told = _("It is on a list already: “%(list)s”. That entry ends first.", list=named(KINDS, error.kind))
        field = form.subject if isinstance(form, ClaimEntryForm) else form.mailbox
        field.errors = [told]
        return _form(form, _CONFLICT, claim_ref, stands=error.ref)
    return redirect(url_for("staff.list_entry", ref=ref), 303)


def _subjects(claim_ref: str) -> tuple[Listable, ...]:
    with toolkit().reading() as session:
        claim = claim_of(session, claim_ref)
        if claim is None:
            raise NotFound("no such claim")
        return of_claim(toolkit(), session, claim)


def _form(form: EntryForm, status: int, claim_ref: str = "", *, stands: str = "") -> Response:
    first, last = last_days(_today())
    told = render_template(
        "staff/limits/new_entry.html",
        form=form,
        claim_ref=claim_ref,
        stands=stands,
        first=first.isoformat(),
        last=last.isoformat(),
        **frame(HERE),
    )
    return make_response(told, status)


def _one(ref: str, form: EndForm, status: int = _FOUND) -> Response:
    with toolkit().reading() as session:
        row = lists.found(session, ref)
    if row is None:
        raise NotFound("no such entry")
    page = entry_view(row, toolkit().now())
    told = render_template("staff/limits/entry.html", page=page, form=form, moved_on=status == _CONFLICT, **frame(HERE))
    return make_response(told, status)


def _today() -> date:
    return toolkit().now().astimezone(toolkit().zone).date()
