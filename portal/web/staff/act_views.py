"""What staff do to a claim: previewed with its mail, then done exactly as shown; notes and assignments at once."""

from dataclasses import dataclass

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import DECIDES
from portal.domain.errors import BadAmount, IllegalMove, MovedOn
from portal.letters.language import language_name
from portal.services.add_note import Note, add_note
from portal.services.assign_claim import assign_claim
from portal.services.confirm_decision import void_decision
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, Preview, preview_letter, send_answer
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import LONGEST_WORDS, too_long, unix_lines
from portal.web.shared.intake import takes_repeated
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import FACTOR_FIELDS, wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.act_forms import forms_of
from portal.web.staff.claim_file import ClaimFile, read_claim
from portal.web.staff.claim_views import show, today
from portal.web.staff.pages.log import LogEntry, log_entry
from portal.web.staff.read_act import Reading, error_of, read_act

_CONFLICT, _REFUSED = 409, 422
_LONGEST_KEY = 64
# Ours, not what somebody typed.
_OWN = FACTOR_FIELDS | {"csrf_token", "digest", "version", "seen", "key"}


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Rendered by ``staff/preview.html``. fields: what was typed, to be sent again with the digest."""

    ref: str
    act: str
    preview: Preview
    language: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MovedOnPage:
    """Rendered by ``staff/moved_on.html`` with 409. changed: what happened since the page was made."""

    ref: str
    changed: tuple[LogEntry, ...]
    fields: tuple[tuple[str, str], ...]


@staff(*DECIDES)
@takes_repeated("line")
def preview(ref: str) -> Answer:
    """Show the mail of an act before it leaves; nothing is done yet."""
    file, page = _file_and_page(ref)
    if file.claim.version != page.version:
        return _moved_on(file)
    reading = _reading(file, page)
    act = read_act(reading)
    if act is None:
        return _refused(file, reading.errors)
    try:
        shown = preview_letter(toolkit(), staff_id=staff_on_duty().id, act=act)
    except BadAmount as error:
        return _refused(file, error_of(error))
    except (MovedOn, IllegalMove):
        return _moved_on(file)
    fields = (*_typed(), ("version", str(page.version)), ("seen", _seen()), ("key", page.key), ("digest", shown.digest))
    told = PreviewPage(ref, request.form["act"], shown, language_name(shown.locale), fields)
    return make_response(render_template("staff/preview.html", page=told, **frame("staff.queue")))


@staff(*DECIDES)
@wants_factor("approve", "decline", "confirm")
@takes_repeated("line")
def answer(ref: str) -> Answer:
    """Do what was previewed; whatever changed since is shown instead."""
    file, page = _file_and_page(ref)
    done = request.form.get("act", "")
    if _was_done(file, page):
        return redirect(url_for("staff.claim", ref=ref), 303)
    if file.claim.version != page.version:
        return _moved_on(file)
    reading = _reading(file, page)
    act = read_act(reading)
    if act is None:
        return _refused(file, reading.errors)
    try:
        waits = _send(act)
    except BadAmount as error:
        return _refused(file, error_of(error))
    except (MovedOn, IllegalMove):
        return _moved_on(read_claim(toolkit(), ref, staff_id=staff_on_duty().id))
    return redirect(url_for("staff.claim", ref=ref, done="proposed" if waits else done), 303)


@staff(*DECIDES)
@takes_repeated("line")
def edit(ref: str) -> str:
    """Show the claim as it is now, with what was typed back in its form."""
    file = read_claim(toolkit(), ref, staff_id=staff_on_duty().id)
    return show(file, forms_of(file, today(), act=request.form.get("act", ""), typed=request.form))


@staff(*DECIDES)
def back(ref: str) -> Answer:
    """Lead somebody who reloads an act to the claim."""
    return redirect(url_for("staff.claim", ref=ref), 303)


@staff(*DECIDES)
def note(ref: str) -> Answer:
    """Keep a note for colleagues."""
    words = unix_lines(request.form.get("note"))
    error = too_long(words) if words else _("Please write your note.")
    if error:
        file = read_claim(toolkit(), ref, staff_id=staff_on_duty().id)
        return _refused(file, {"note-note": error}, act="note")
    add_note(toolkit(), staff_id=staff_on_duty().id, note=Note(ref, _key(), words))
    return redirect(url_for("staff.claim", ref=ref, done="note"), 303)


@staff(*DECIDES)
def assign(ref: str) -> Answer:
    """Take a claim, give it to a colleague, or let it go."""
    wanted = request.form.get("assignee", "")
    assignee = staff_on_duty().ref if wanted == "me" else wanted
    assign_claim(toolkit(), staff_id=staff_on_duty().id, claim_ref=ref, assignee_ref=assignee or None)
    return redirect(url_for("staff.claim", ref=ref, done="assign"), 303)


@staff(*DECIDES)
@wants_factor()
def void(ref: str) -> Answer:
    """Take a proposal back."""
    file, page = _file_and_page(ref)
    if file.claim.version != page.version and not _was_done(file, page):
        return _moved_on(file)
    reason = unix_lines(request.form.get("reason"))[:LONGEST_WORDS]
    void_decision(toolkit(), staff_id=staff_on_duty().id, page=page, reason=reason)
    return redirect(url_for("staff.claim", ref=ref, done="void"), 303)


def _file_and_page(ref: str) -> tuple[ClaimFile, Page]:
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)
    return read_claim(toolkit(), ref, staff_id=staff_on_duty().id), Page(ref, version, _key())


def _key() -> str:
    key = request.form.get("key", "")
    if not 0 < len(key) <= _LONGEST_KEY:
        abort(400)
    return key


def _seen() -> str:
    return str(request.form.get("seen", 0, type=int))


def _typed() -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in _OWN)


def _reading(file: ClaimFile, page: Page) -> Reading:
    lines = forms_of(file, today()).lines
    return Reading(request.form, page, lines, today(), toolkit().zone)


def _was_done(file: ClaimFile, page: Page) -> bool:
    me = f"staff:{staff_on_duty().id}"
    return any(event["actor"] == me and event["detail"].get("key") == page.key for event in file.papers.events)


def _send(act: Act) -> bool:
    return send_answer(toolkit(), staff_id=staff_on_duty().id, act=act, digest=request.form.get("digest", ""))


def _refused(file: ClaimFile, errors: dict[str, str], act: str | None = None) -> Answer:
    typed_in = act or request.form.get("act", "")
    forms = forms_of(file, today(), act=typed_in, typed=request.form, errors=errors)
    return make_response(show(file, forms), _REFUSED)


def _moved_on(file: ClaimFile) -> Answer:
    seen = max(int(_seen()), 0)
    changed = tuple(log_entry(file, event) for event in file.papers.events[seen:])
    page = MovedOnPage(file.claim.ref, changed, _typed())
    told = render_template("staff/moved_on.html", page=page, kept=kept_words(), **frame("staff.queue"))
    return make_response(told, _CONFLICT)
