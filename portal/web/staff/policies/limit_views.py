"""The limits and budgets of a draft: listed in words, added, changed and taken out, each in a form of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_POLICY, WRITES_POLICY
from portal.domain.errors import BadPolicy, IllegalMove, MovedOn, NotFound
from portal.services.policy_text import add_row, change_row, remove_row
from portal.web.shared.access import staff
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
from portal.web.staff.policies.row_form import (
    FORM,
    KINDS,
    RowKind,
    RowTyped,
    input_id,
    options_of,
    read_row,
    typed_of,
    with_refusal,
)
from portal.web.staff.policies.row_words import NAMED_BY, RowWords, budgets_of, limits_of, row_key, row_title
from portal.web.staff.policies.rule_words import Options

NEW = "new"


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """Rendered by ``staff/policies/limits.html``. beside: what the check and past claims say."""

    head: DraftHead
    limits: tuple[RowWords, ...]
    budgets: tuple[RowWords, ...]
    beside: Beside
    notice: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class InputView:
    """One input of a row. empty: the words for no choice, or nothing where one is needed."""

    id: str
    kind: str
    label: str
    hint: str
    options: Options
    empty: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rendered by ``staff/policies/row.html``. row: how the row is found, ``new`` for one that is not there yet."""

    head: DraftHead
    title: str
    table: str
    row: str
    inputs: tuple[InputView, ...]
    problems: tuple[tuple[str, str], ...] = ()


class _Found(NamedTuple):
    """A limit or a budget of a draft, and at which place of its list it stands, from 0."""

    at: int
    row: Mapping[str, Any]


@staff(*SEES_POLICY)
def limits(ref: str) -> Answer:
    """Show the limits and the budgets of a draft."""
    return _list(read_draft(ref), notice=saved_words(request.args.get("done", "")))


@staff(*WRITES_POLICY)
def row(ref: str, table: str, key: str) -> Answer:
    """Show a limit or a budget in a form, or an empty one for another."""
    file, kind = read_draft(ref), KINDS[table]
    found = _found(file, table, key)
    if found is None and key != NEW:
        raise NotFound("no such limit or budget")
    return _form(file, kind, key, RowTyped(typed_of(kind, found.row if found else {})))


@staff(*WRITES_POLICY)
def save_row(ref: str, table: str, key: str) -> Answer:
    """Keep a limit or a budget; where it is not there any more, what was typed stands in the form of a new one."""
    (page, file), kind = asked_file(ref), KINDS[table]
    found = _found(file, table, key)
    made = read_row(kind, request.form, found.row if found else {})
    if found is None and key != NEW:
        return _form(read_draft(ref), kind, NEW, made.with_error(FORM, moved_words()), status=MOVED_ON)
    if made.errors:
        return _form(file, kind, key, made, status=REFUSED)
    try:
        said = _said(kind, made.row, new=found is None)
        done = saved(page, lambda text: _changed(text, table, found, made.row), said)
    except BadPolicy as error:
        return _form(file, kind, key, with_refusal(kind, made, error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _form(read_draft(ref), kind, key, made.with_error(FORM, moved_words()), status=MOVED_ON)
    return redirect(url_for("staff.draft_limits", ref=ref, done=done, _anchor=table), 303)


@staff(*WRITES_POLICY)
def remove(ref: str, table: str, key: str) -> Answer:
    """Take a limit or a budget out of a draft."""
    page, file = asked_page(ref), read_draft(ref)
    found = _found(file, table, key)
    if found is None:
        return _list(file, error=here_it_is(), status=MOVED_ON)
    said = _("Removed: %(what)s", what=_title(table, found.row))
    try:
        saved(page, lambda text: remove_row(text, table, found.at), said)
    except BadPolicy as error:
        return _list(file, error=refusal_words(error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _list(read_draft(ref), error=here_it_is(), status=MOVED_ON)
    return redirect(url_for("staff.draft_limits", ref=ref, done="removed", _anchor=table), 303)


@staff(*SEES_POLICY)
def back(ref: str, table: str, key: str) -> Answer:
    """Lead somebody who reloads an answer to the limit or budget, or to the list where it is gone."""
    if _found(read_draft(ref), table, key) is None:
        return redirect(url_for("staff.draft_limits", ref=ref, _anchor=table), 303)
    return redirect(url_for("staff.draft_row", ref=ref, table=table, key=key), 303)


def _changed(text: str, table: str, found: _Found | None, row: Mapping[str, Any]) -> str:
    return add_row(text, table, row) if found is None else change_row(text, table, found.at, row)


def _found(file: DraftFile, table: str, key: str) -> _Found | None:
    rows = enumerate(file.policy.document.get(table, []))
    return next((_Found(at, row) for at, row in rows if row_key(table, row) == key), None)


def _title(table: str, row: Mapping[str, Any]) -> str:
    return row_title(table, *(str(row[name]) for name in NAMED_BY[table]))


def _said(kind: RowKind, row: Mapping[str, Any], *, new: bool) -> str:
    what = _title(kind.table, row)
    return _("Added: %(what)s", what=what) if new else _("Changed: %(what)s", what=what)


def _list(file: DraftFile, *, notice: str = "", error: str = "", status: int = 200) -> Answer:
    policy = file.policy
    page = LimitsPage(head_of(file), limits_of(policy), budgets_of(policy), beside(file), notice, error)
    return make_response(render_template("staff/policies/limits.html", page=page, **frame(HERE)), status)


def _form(file: DraftFile, kind: RowKind, key: str, made: RowTyped, *, status: int = 200) -> Answer:
    policy = file.policy
    found = _found(file, kind.table, key)
    page = RowPage(
        head=head_of(file),
        title=str(kind.another) if found is None else _title(kind.table, found.row),
        table=kind.table,
        row=NEW if found is None else key,
        inputs=tuple(
            InputView(
                id=(name := input_id(kind, one.part)),
                kind=one.kind,
                label=str(one.label),
                hint=str(one.hint),
                options=options_of(one, policy),
                empty=_("Please choose") if one.empty is None else str(one.empty),
                value=made.typed.get(name, ""),
                error=made.errors.get(name, ""),
            )
            for one in kind.fields
        ),
        problems=tuple(made.errors.items()),
    )
    return make_response(render_template("staff/policies/row.html", page=page, **frame(HERE)), status)
