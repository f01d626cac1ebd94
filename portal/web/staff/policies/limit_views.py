"""The limits and budgets of a draft: listed in words, added, changed and taken out, each in a form of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    Options,
    RowKind,
    RowTyped,
    input_id,
    options_of,
    read_row,
    typed_of,
    with_error,
    with_refusal,
)
from portal.web.staff.policies.row_words import NAMED_BY, RowWords, budgets_of, limits_of, row_key, row_title

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


@staff(*SEES_POLICY)
def limits(ref: str) -> Answer:
    """Show the limits and the budgets of a draft."""
    return _list(read_draft(ref), notice=saved_words(request.args.get("done", "")))


@staff(*WRITES_POLICY)
def row(ref: str, table: str, key: str) -> Answer:
    """Show a limit or a budget in a form, or an empty one for another."""
    file, kind = read_draft(ref), KINDS[table]
    held = {} if key == NEW else _rows(file, table)[_at(file, table, key)]
    return _form(file, kind, key, RowTyped(typed_of(kind, held)))


@staff(*WRITES_POLICY)
def save_row(ref: str, table: str, key: str) -> Answer:
    """Keep a limit or a budget; where it is not there any more, what was typed stands in the form of a new one."""
    (page, file), kind = asked_file(ref), KINDS[table]
    at = _found(file, table, key)
    made = read_row(kind, request.form, {} if at is None else _rows(file, table)[at])
    if at is None and key != NEW:
        return _form(read_draft(ref), kind, NEW, with_error(made, FORM, moved_words()), status=MOVED_ON)
    if made.errors:
        return _form(file, kind, key, made, status=REFUSED)
    try:
        said = _said(kind, made.row, new=at is None)
        done = saved(page, lambda text: _changed(text, table, at, made.row), said)
    except BadPolicy as error:
        return _form(file, kind, key, with_refusal(kind, made, error), status=REFUSED)
    except (MovedOn, IllegalMove):
        return _form(read_draft(ref), kind, key, with_error(made, FORM, moved_words()), status=MOVED_ON)
    return redirect(url_for("staff.draft_limits", ref=ref, done=done, _anchor=table), 303)


@staff(*WRITES_POLICY)
def remove(ref: str, table: str, key: str) -> Answer:
    """Take a limit or a budget out of a draft."""
    page, file = asked_page(ref), read_draft(ref)
    at = _found(file, table, key)
    if at is None:
        return _list(file, error=here_it_is(), status=MOVED_ON)
    said = _("Removed: %(what)s", what=_title(table, _rows(file, table)[at]))
    try:
        saved(page, lambda text: remove_row(text, table, at), said)
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


def _changed(text: str, table: str, at: int | None, row: Mapping[str, Any]) -> str:
    return add_row(text, table, row) if at is None else change_row(text, table, at, row)


def _rows(file: DraftFile, table: str) -> list[dict[str, Any]]:
    return [*file.policy.document.get(table, [])]


def _found(file: DraftFile, table: str, key: str) -> int | None:
    return next((at for at, row in enumerate(_rows(file, table)) if row_key(table, row) == key), None)


def _at(file: DraftFile, table: str, key: str) -> int:
    at = _found(file, table, key)
    if at is None:
        raise NotFound("no such limit or budget")
    return at


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
    held = None if key == NEW else _found(file, kind.table, key)
    page = RowPage(
        head=head_of(file),
        title=str(kind.another) if held is None else _title(kind.table, _rows(file, kind.table)[held]),
        table=kind.table,
        row=NEW if held is None else key,
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
