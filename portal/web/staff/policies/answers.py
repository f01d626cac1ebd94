"""What the views of a draft share: which draft a form answers, and what is said when it cannot be done."""

from collections.abc import Callable

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import BadPolicy, BadWords, IllegalMove, MovedOn, NotAllowed, Outdated
from portal.services.draft_policy import DraftPage
from portal.services.edit_policy import Change, edit_draft
from portal.web.shared.access import staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import DraftView, beside, events_of, head_of, rows_of, titles_of
from portal.web.staff.policies.refusals import why

HERE = "staff.policies"
REFUSED, MOVED_ON = 422, 409
_LONGEST_NUMBER = 9


def asked_page(ref: str) -> DraftPage:
    """Read which version of a draft a form answers."""
    version = request.form.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > _LONGEST_NUMBER:
        raise BadRequest("the form does not say which version of the draft it answers")
    return DraftPage(ref, int(version))


def asked_file(ref: str) -> tuple[DraftPage, DraftFile]:
    """Read which version of a draft a form answers, and the draft as it is by now.

    The page that is made of it answers that same version. So nobody who mends what they typed saves it over what a
    colleague wrote meanwhile.
    """
    page = asked_page(ref)
    return page, read_draft(ref, page)


def edited(ref: str, change: Change, said: str, *, key: str = "", done: str) -> Answer:
    """Change the text of a draft and lead back to its table; say there what cannot be done."""
    page = asked_page(ref)
    return answered(ref, lambda: saved(page, change, said), key=key, done=done)


def saved(page: DraftPage, change: Change, said: str) -> str:
    """Change the text of a draft that a form answers, and give what came of it: ``saved`` or ``unchanged``."""
    version = edit_draft(toolkit(), staff_id=staff_on_duty().id, page=page, change=change, said=said)
    return "saved" if version != page.version else "unchanged"


def answered(ref: str, act: Callable[[], object], *, key: str = "", done: str, words: str = "") -> Answer:
    """Do something to a draft and lead back to its table; say there what cannot be done."""
    try:
        act()
    except (MovedOn, IllegalMove, Outdated) as error:
        return table(ref, error=_moved_on(error), status=MOVED_ON, words=words)
    except (BadPolicy, BadWords, NotAllowed) as error:
        return table(ref, error=refusal_words(error), status=REFUSED, words=words)
    anchor = f"rule-{key}" if key else None
    return redirect(url_for("staff.draft", ref=ref, done=done, rule=key or None, _anchor=anchor), 303)


def refusal_words(error: Exception) -> str:
    """Say why something was refused, with the reader's reason and place."""
    return _("This was not saved. %(reason)s", reason=why(error))


def moved_words() -> str:
    """Say that a form answers a page that is out of date, and that nothing that was typed is lost."""
    return _("Nothing was saved: this draft has changed since you opened the page. What you typed is kept below.")


def here_it_is() -> str:
    """Say that a button was pressed on a page that is out of date."""
    return _("Nothing was saved: this draft has changed since you opened the page. Here is how it is now.")


def saved_words(done: str) -> str:
    """Say what was done to what rules share; nothing for any other word of an address."""
    return {
        "saved": _("Saved. The check looked at it anew."),
        "removed": _("It is out of the draft."),
        "unchanged": _("Nothing was different, so nothing was saved."),
    }.get(done, "")


def _moved_on(error: Exception) -> str:
    if isinstance(error, Outdated):
        return _("Version %(number)s was published meanwhile. Please look at what it changed first.", number=error.head)
    return here_it_is()


def table(ref: str, *, notice: str = "", error: str = "", words: str = "", status: int = 200) -> Answer:
    """Show a draft as a table."""
    file = read_draft(ref)
    page = _view(file, notice=notice, error=error, words=words)
    return make_response(render_template("staff/policies/draft.html", page=page, **frame(HERE)), status)


def _view(file: DraftFile, *, notice: str, error: str, words: str) -> DraftView:
    """Put the page of a draft together."""
    shown = beside(file)
    return DraftView(
        head=head_of(file),
        rows=rows_of(file, shown),
        beside=shown,
        events=events_of(file, titles_of(file.policy)),
        may_comment=file.may_comment,
        may_review=file.may_review,
        may_take_back=file.may_take_back,
        is_own=file.is_own,
        about=request.args.get("about", ""),
        notice=notice,
        error=error,
        words=words,
    )
