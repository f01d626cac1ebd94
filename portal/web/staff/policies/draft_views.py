"""A draft as a table, and what is done to its rows: moved, copied, removed."""

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, NotFound
from portal.services.edit_policy import text_then
from portal.services.policy_text import duplicate_rule, move_rule, remove_rule
from portal.web.shared.access import staff
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.staff.policies.answers import REFUSED, edited, table
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import titles_of

_STEPS = {"up": -1, "down": 1}
_LONGEST_POSITION = 6


@staff(*SEES_POLICY)
def draft(ref: str) -> Answer:
    """Show a draft; one whose text is no policy any more is shown as text."""
    try:
        return table(ref, notice=_notice(request.args.get("done", "")))
    except BadPolicy:
        return redirect(url_for("staff.draft_text", ref=ref), 303)


@staff(*WRITES_POLICY)
def move(ref: str, key: str) -> Answer:
    """Move a rule one up or down, or to a place by its number."""
    file = read_draft(ref)
    place = _place(file, key, request.form.get("to", ""))
    if place is None:
        return table(ref, error=_("Please give the place as a number, 1 for the first."), status=REFUSED)
    said = _("Moved “%(rule)s” to place %(place)s", rule=_title(file, key), place=place)
    return edited(ref, lambda text: move_rule(text, key, place), said, key=key, done="moved")


@staff(*WRITES_POLICY)
def copy(ref: str, key: str) -> Answer:
    """Put a copy of a rule right behind it."""
    file = read_draft(ref)
    title = _title(file, key)
    describe = _("Copy of: %(rule)s", rule=next(rule.describe for rule in file.policy.rules if rule.key == key))
    said = _("Copied “%(rule)s”", rule=title)
    return edited(ref, lambda text: duplicate_rule(text, key, describe)[0], said, key=key, done="copied")


@staff(*WRITES_POLICY)
def remove(ref: str, key: str) -> Answer:
    """Take a rule out of a draft."""
    said = _("Removed “%(rule)s”", rule=_title(read_draft(ref), key))
    return edited(ref, lambda text: remove_rule(text, key), said, done="removed")


@staff(*WRITES_POLICY)
def go_back(ref: str) -> Answer:
    """Let a draft say again what it said at a version of it: another change, so that nothing is lost."""
    to = request.form.get("to", "")
    if not to.isascii() or not to.isdigit() or len(to) > _LONGEST_POSITION:
        raise BadRequest("the form does not say to which version of the draft it goes back")
    text = text_then(toolkit(), ref=ref, version=int(to))
    return edited(ref, lambda _text: text, _("Went back to how it was earlier"), done="went_back")


@staff(*SEES_POLICY)
def back(ref: str, key: str = "") -> Answer:
    """Lead somebody who reloads an answer to the table."""
    return redirect(url_for("staff.draft", ref=ref, _anchor=f"rule-{key}" if key else None), 303)


def _title(file: DraftFile, key: str) -> str:
    title = titles_of(file.policy).get(key)
    if title is None:
        raise NotFound("no such rule")
    return title


def _place(file: DraftFile, key: str, to: str) -> int | None:
    """Read where a rule is to stand, from 1; None where it cannot be read."""
    keys = [rule.key for rule in file.policy.rules]
    if key not in keys:
        raise NotFound("no such rule")
    if to in _STEPS:
        return min(max(keys.index(key) + 1 + _STEPS[to], 1), len(keys))
    if not to.isascii() or not to.isdigit() or len(to) > _LONGEST_POSITION or not int(to):
        return None
    return min(int(to), len(keys))


def _notice(done: str) -> str:
    return {
        "started": _("The draft is ready. Nothing changes for customers until it is published."),
        "moved": _("The rule has moved. The check beside the table looked at it anew."),
        "copied": _("The copy stands right behind its rule. Change it before you go on."),
        "removed": _("The rule is out of the draft."),
        "saved": _("Saved. The check beside the table looked at it anew."),
        "added": _("The new rule is in the table."),
        "commented": _("Your comment is there for everybody who reviews this."),
        "proposed": _("Proposed. A second person reviews and publishes it."),
        "taken_back": _("The draft is yours to write again."),
        "sent_back": _("Sent back with your words."),
        "rebased": _("The draft is based on the newest version now."),
        "went_back": _("The draft says again what it said then. What came after is still in the history."),
        "unchanged": _("Nothing was different, so nothing was saved."),
    }.get(done, "")
