"""A draft as text, for whoever likes it so, and for what the table cannot say."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn
from portal.services.draft_policy import save_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.intake import takes_a_long_text
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_page, moved_words, refusal_words
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import DraftHead, head_of
from portal.web.staff.policies.text_lines import line_of

_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class TextPage:
    """Rendered by ``staff/policies/text.html``. line: the line that an error is about, 0 for none; shown: its words."""

    head: DraftHead
    text: str
    rows: int
    error: str = ""
    line: int = 0
    shown: str = ""
    theirs: str = ""


@staff(*SEES_POLICY)
def draft_text(ref: str) -> Answer:
    """Show the whole text of a draft."""
    file = read_draft(ref)
    return _page(file, file.draft.source)


@staff(*WRITES_POLICY)
@takes_a_long_text
def save_text(ref: str) -> Answer:
    """Keep the whole text; where it is no policy, say at which rule and line, and keep what was typed."""
    page = asked_page(ref)
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    said = _("Changed as text")
    try:
        version = save_draft(toolkit(), staff_id=staff_on_duty().id, page=page, source=text, said=said)
    except BadPolicy as error:
        return _page(read_draft(ref), text, refused=error, status=REFUSED)
    except (MovedOn, IllegalMove):
        return _page(read_draft(ref), text, moved=True, status=MOVED_ON)
    done = "saved" if version != page.version else "unchanged"
    return redirect(url_for("staff.draft", ref=ref, done=done), 303)


def _page(
    file: DraftFile, text: str, *, refused: BadPolicy | None = None, moved: bool = False, status: int = 200
) -> Answer:
    sentence = refusal_words(refused) if refused else ""
    if moved:
        sentence = moved_words()
    line = line_of(str(refused), text) if refused else 0
    page = TextPage(
        head=head_of(file),
        text=text,
        rows=min(max(text.count("\n") + 2, 20), 60),
        error=sentence,
        line=line,
        shown=text.split("\n")[line - 1].strip()[:_LONGEST_SHOWN] if line else "",
        theirs=file.draft.source if moved else "",
    )
    return make_response(render_template("staff/policies/text.html", page=page, **frame(HERE)), status)
