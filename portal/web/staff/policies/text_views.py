"""A draft as text, for whoever likes it so, and for what the table cannot say."""

import re
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn
from portal.services.draft_policy import save_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_page, moved_words, refusal_words
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import DraftHead, head_of

_LINE = re.compile(r"at line (\d+)")
_RULE = re.compile(r"rule (?:number (?P<number>\d+)|(?P<key>[a-z][a-z0-9_]*))")


@dataclass(frozen=True, slots=True)
class TextPage:
    """Rendered by ``staff/policies/text.html``. line: the line that an error is about, 0 for none."""

    head: DraftHead
    text: str
    rows: int
    error: str = ""
    line: int = 0
    theirs: str = ""


@staff(*SEES_POLICY)
def draft_text(ref: str) -> Answer:
    """Show the whole text of a draft."""
    file = read_draft(ref)
    return _page(file, file.draft.source)


@staff(*WRITES_POLICY)
def save_text(ref: str) -> Answer:
    """Keep the whole text; where it is no policy, say at which rule and line, and keep what was typed."""
    page = asked_page(ref)
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    said = _("Changed as text")
    try:
        version = save_draft(toolkit(), staff_id=staff_on_duty().id, page=page, source=text, said=said)
    except BadPolicy as error:
        return _page(read_draft(ref), text, error=str(error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _page(read_draft(ref), text, moved=True, status=MOVED_ON)
    done = "saved" if version != page.version else "unchanged"
    return redirect(url_for("staff.draft", ref=ref, done=done), 303)


def _page(file: DraftFile, text: str, *, error: str = "", moved: bool = False, status: int = 200) -> Answer:
    sentence = refusal_words(BadPolicy(error)) if error else ""
    if moved:
        sentence = moved_words()
    page = TextPage(
        head=head_of(file),
        text=text,
        rows=min(max(text.count("\n") + 2, 20), 60),
        error=sentence,
        line=_line_of(error, text) if error else 0,
        theirs=file.draft.source if moved else "",
    )
    return make_response(render_template("staff/policies/text.html", page=page, **frame(HERE)), status)


def _line_of(error: str, text: str) -> int:
    """Find the line of a text that an error is about: the one that it names, or where its rule begins."""
    line = _LINE.search(error)
    if line:
        return int(line[1])
    rule = _RULE.match(error)
    if rule is None:
        return 0
    lines = text.split("\n")
    if rule["number"]:
        starts = [at for at, one in enumerate(lines, 1) if one.strip().replace(" ", "") == "[[rules]]"]
        number = int(rule["number"])
        return starts[number - 1] if number <= len(starts) else 0
    named = re.compile(rf"""\s*key\s*=\s*["']{re.escape(rule["key"])}["']""")
    return next((at for at, one in enumerate(lines, 1) if named.match(one)), 0)
