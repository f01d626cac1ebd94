"""The sets of offers of a draft that several rules share: listed in words, added, changed, and taken out."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn, NotFound
from portal.letters.language import listed
from portal.services.draft_policy import DraftPage
from portal.services.policy_text import change_pack, new_key, remove_pack
from portal.web.shared.access import staff
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.workbench import frame
from portal.web.staff.policies.answers import (
    HERE,
    MOVED_ON,
    REFUSED,
    asked_file,
    asked_page,
    here_it_is,
    moved_words,
    refusal_words,
    saved,
    saved_words,
)
from portal.web.staff.policies.draft_file import DraftFile, read_draft
from portal.web.staff.policies.draft_page import Beside, DraftHead, beside, head_of
from portal.web.staff.policies.pack_form import (
    FORM,
    LONGEST_NAME,
    PackTyped,
    read_pack,
    shown,
    with_refusal,
)
from portal.web.staff.policies.pack_words import PackWords, pack_title, packs_of, rules_naming
from portal.web.staff.policies.rule_page import PlanField, plan_fields, plan_options
from portal.web.staff.policies.rule_words import Options, amount_name


@dataclass(frozen=True, slots=True)
class PacksPage:
    """Rendered by ``staff/policies/packs.html``. beside: what the check and past claims say."""

    head: DraftHead
    packs: tuple[PackWords, ...]
    beside: Beside
    notice: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PackPage:
    """Rendered by ``staff/policies/pack.html``. key: empty for a set that is not there yet; rules: that name it."""

    head: DraftHead
    key: str
    title: str
    name: str
    most_name: int
    rules: tuple[tuple[str, str], ...]
    plans: tuple[PlanField, ...]
    outcome: Mapping[str, str]
    options: Mapping[str, Options]
    errors: Mapping[str, str]


@staff(*SEES_POLICY)
def packs(ref: str) -> Answer:
    """Show the sets of offers of a draft."""
    return _list(read_draft(ref), notice=saved_words(request.args.get("done", "")))


@staff(*WRITES_POLICY)
def pack(ref: str, key: str) -> Answer:
    """Show a set of offers in a form."""
    file = read_draft(ref)
    held = file.policy.document.get("packs", {}).get(key)
    if held is None:
        raise NotFound("no such set of offers")
    return _form(file, key, shown(held))


@staff(*WRITES_POLICY)
def new_pack(ref: str) -> Answer:
    """Show an empty form for another set of offers."""
    return _form(read_draft(ref), "", shown({}))


@staff(*WRITES_POLICY)
def save_pack(ref: str, key: str) -> Answer:
    """Keep a set of offers; where it is not there any more, what was typed stands in the form of a new one."""
    page, file = asked_file(ref)
    held = file.policy.document.get("packs", {}).get(key)
    if held is None:
        made = read_pack({**request.form, "name": amount_name(key)}, None)
        return _form(read_draft(ref), "", made.with_error(FORM, moved_words()), status=MOVED_ON)
    return _answered(page, file, key, read_pack(request.form, held))


@staff(*WRITES_POLICY)
def save_new_pack(ref: str) -> Answer:
    """Add a set of offers."""
    page, file = asked_file(ref)
    return _answered(page, file, "", read_pack(request.form, None))


@staff(*WRITES_POLICY)
def remove(ref: str, key: str) -> Answer:
    """Take a set of offers out that no rule names; say which do where some do."""
    page, file = asked_page(ref), read_draft(ref)
    if key not in file.policy.packs:
        return _list(file, error=here_it_is(), status=MOVED_ON)
    naming = rules_naming(file.policy, key)
    if naming:
        rules = listed([f"“{title}”" for _key, title in naming], current_locale())
        error = _("“%(name)s” stays as long as rules name it: %(rules)s.", name=amount_name(key), rules=rules)
        return _list(file, error=error, status=REFUSED)
    said = _("Removed: %(what)s", what=pack_title(key))
    try:
        saved(page, lambda text: remove_pack(text, key), said)
    except BadPolicy as error:
        return _list(file, error=refusal_words(error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _list(read_draft(ref), error=here_it_is(), status=MOVED_ON)
    return redirect(url_for("staff.draft_packs", ref=ref, done="removed"), 303)


@staff(*SEES_POLICY)
def back(ref: str, key: str) -> Answer:
    """Lead somebody who reloads an answer to the set of offers, or to the list where it is gone."""
    if key in read_draft(ref).policy.packs:
        return redirect(url_for("staff.draft_pack", ref=ref, key=key), 303)
    return redirect(url_for("staff.draft_packs", ref=ref), 303)


def _answered(page: DraftPage, file: DraftFile, key: str, made: PackTyped) -> Answer:
    if made.errors:
        return _form(file, key, made, status=REFUSED)
    name = key or new_key(made.name, file.policy.packs, kind="set")
    said = _("Changed: %(what)s", what=pack_title(name)) if key else _("Added: %(what)s", what=pack_title(name))
    try:
        done = saved(page, lambda text: change_pack(text, name, made.pack), said)
    except BadPolicy as error:
        return _form(file, key, with_refusal(made, error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _form(read_draft(page.ref), key, made.with_error(FORM, moved_words()), status=MOVED_ON)
    return redirect(url_for("staff.draft_packs", ref=page.ref, done=done, _anchor=f"pack-{name}"), 303)


def _list(file: DraftFile, *, notice: str = "", error: str = "", status: int = 200) -> Answer:
    page = PacksPage(head_of(file), packs_of(file.policy), beside(file), notice, error)
    return make_response(render_template("staff/policies/packs.html", page=page, **frame(HERE)), status)


def _form(file: DraftFile, key: str, made: PackTyped, *, status: int = 200) -> Answer:
    page = PackPage(
        head=head_of(file),
        key=key,
        title=pack_title(key) if key else _("Another set of offers"),
        name=made.name,
        most_name=LONGEST_NAME,
        rules=rules_naming(file.policy, key),
        plans=plan_fields(made.outcome),
        outcome=made.outcome,
        options=plan_options(file.policy.document),
        errors=made.errors,
    )
    return make_response(render_template("staff/policies/pack.html", page=page, **frame(HERE)), status)
