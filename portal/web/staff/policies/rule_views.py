"""One rule: changed or made in a form of its own, tried before it is saved."""

from collections.abc import Mapping
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn, NotFound
from portal.services.current_policy import parsed
from portal.services.draft_policy import DraftPage, save_draft
from portal.services.edit_policy import text_of
from portal.services.policy_text import add_rule, change_rule, new_key
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.intake import takes_repeated
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import HERE, MOVED_ON, REFUSED, asked_file, moved_words
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import beside, titles_of
from portal.web.staff.policies.rule_form import FORM, REPEATED, RuleTyped, read_form, shown, with_refusal
from portal.web.staff.policies.rule_page import Place, rule_page

_TRY = "try"


@staff(*WRITES_POLICY)
def rule(ref: str, key: str) -> Answer:
    """Show a rule in a form."""
    file = read_draft(ref)
    held = _held(file, key)
    return _page(file, _of_rule(file, key), held, shown(held))


@staff(*WRITES_POLICY)
def new_rule(ref: str) -> Answer:
    """Show an empty form for a rule that will stand beside another."""
    file = read_draft(ref)
    place = _beside(file, request.args)
    return _page(file, place, {}, shown({}))


@staff(*WRITES_POLICY)
@takes_repeated(*REPEATED)
def save_rule(ref: str, key: str) -> Answer:
    """Keep a rule, or try it."""
    page, file = asked_file(ref)
    held = _held(file, key)
    return _answered(page, file, _of_rule(file, key), held)


@staff(*WRITES_POLICY)
@takes_repeated(*REPEATED)
def save_new_rule(ref: str) -> Answer:
    """Put a new rule into the table, or try it."""
    page, file = asked_file(ref)
    return _answered(page, file, _beside(file, request.form), {})


def _answered(page: DraftPage, file: DraftFile, place: Place, held: Mapping[str, Any]) -> Answer:
    typed = read_form(held)
    if typed.errors:
        return _page(file, place, held, typed, status=REFUSED)
    try:
        text, key = _changed(text_of(toolkit(), page), place, typed)
        if request.form.get("act") == _TRY:
            return _page(file, place, held, typed, tried=text, key=key)
        said = _said(file, place, typed)
        version = save_draft(toolkit(), staff_id=staff_on_duty().id, page=page, source=text, said=said)
    except BadPolicy as error:
        return _page(file, place, held, with_refusal(typed, error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _page(read_draft(page.ref), place, held, typed.with_error(FORM, moved_words()), status=MOVED_ON)
    done = ("saved" if place.key else "added") if version != page.version else "unchanged"
    return redirect(url_for("staff.draft", ref=page.ref, done=done, _anchor=f"rule-{key}"), 303)


def _changed(text: str, place: Place, typed: RuleTyped) -> tuple[str, str]:
    """Give the draft's text with the rule in it, and the rule's key."""
    if place.key:
        return change_rule(text, place.key, typed.rule), place.key
    key = new_key(typed.describe, {rule.key for rule in parsed(text).rules})
    made = {"key": key, **typed.rule}
    return add_rule(text, made, beside=place.before or place.after, after=bool(place.after)), key


def _said(file: DraftFile, place: Place, typed: RuleTyped) -> str:
    title = titles_of(file.policy).get(place.key)
    return _("Changed “%(rule)s”", rule=title) if title else _("Added “%(rule)s”", rule=typed.describe)


def _held(file: DraftFile, key: str) -> dict[str, Any]:
    found = next((row for row in file.policy.document["rules"] if row["key"] == key), None)
    if found is None:
        raise NotFound("no such rule")
    return dict(found)


def _of_rule(file: DraftFile, key: str) -> Place:
    return Place(titles_of(file.policy)[key], key)


def _beside(file: DraftFile, given: Mapping[str, str]) -> Place:
    """Read beside which rule a new one will stand; without a word it is the last."""
    before, after = given.get("before", ""), given.get("after", "")
    titles = titles_of(file.policy)
    if (before and after) or any(key not in titles for key in (before, after) if key):
        raise BadRequest("the form does not say beside which rule the new one stands")
    if before:
        where = _("It will stand before “%(rule)s”.", rule=titles[before])
        return Place(_("A new rule"), before=before, where=where)
    after = after or list(titles)[-1]
    return Place(_("A new rule"), after=after, where=_("It will stand after “%(rule)s”.", rule=titles[after]))


def _page(
    file: DraftFile,
    place: Place,
    held: Mapping[str, Any],
    typed: RuleTyped,
    *,
    tried: str = "",
    key: str = "",
    status: int = 200,
) -> Answer:
    """Show the form. tried: the text with the rule in it, under its key, where that is tried before it is saved."""
    shown = beside(file, tried, key=key or place.key)
    page = rule_page(file, place, held, typed, shown=shown, tried=bool(tried))
    return make_response(render_template("staff/policies/rule.html", page=page, **frame(HERE)), status)
