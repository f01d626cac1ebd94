"""Closing periods: what is open, what a month would hold, the close, and what was closed, with its file."""

from collections.abc import Iterator

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.certainty import certain
from portal.domain.closing import (
    AlreadyClosed,
    BeingClosed,
    Closing,
    LooksOtherwise,
    NotOverYet,
    months_between,
    read_month,
)
from portal.domain.errors import Conflict, NotFound
from portal.domain.periods import BadPeriod, Period
from portal.records import batch_file, closing
from portal.records.batch_file import Batch
from portal.services.close_period import close_period, preview_period
from portal.services.toolkit import Toolkit
from portal.web.finance.period_pages import balances_of, period_page, periods_page, unmatched_of
from portal.web.shared.access import finance, staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame

_CONFLICT = 409
_MOST_BATCHES = 240
_LONGEST_NUMBER = 12
# Why a month cannot be looked at before its close, as the address of the page says it that is shown instead.
_REFUSED: dict[str, type[Conflict]] = {"not_over": NotOverYet, "closed": AlreadyClosed}


@finance
def periods() -> Answer:
    """Show which months are open, and what is closed; and why the month that was looked for is not to be closed."""
    why = _REFUSED.get(request.args.get("why", ""))
    return _periods(why("looked for") if why else None, status=200)


@finance
def period(month: str) -> Answer:
    """Show what closing a month would put into its batches; nothing is closed yet."""
    return _period(_month(month), None)


@staff(Role.FINANCE)
@wants_factor()
def close(month: str) -> Answer:
    """Close a month as it was shown, all currencies or one; where something is unmatched, ask for a second person."""
    wanted = _month(month)
    currency = request.form.get("currency", "")
    actor = Actor.staff(staff_on_duty().id)
    try:
        outcome = close_period(toolkit(), Closing(wanted, currency or None, actor, _seen()))
    except LooksOtherwise as error:
        return _period(wanted, error)
    except Conflict as error:
        return _periods(error, status=_CONFLICT)
    if outcome.unmatched:
        return redirect(url_for("finance.period", month=month), 303)
    return redirect(url_for("finance.periods"), 303)


@finance
def batch(ref: str) -> Answer:
    """Show a closed batch: what it moved, what was owed at its end, and the seal of its file."""
    found = _batch(ref)
    page = {"batch": found, "balances": balances_of(found), "unmatched": unmatched_of(found)}
    return make_response(render_template("finance/batch.html", **page, **frame("finance.periods")))


@finance
def file(ref: str) -> Answer:
    """Give the file of a closed batch: the same bytes each time."""
    found = _batch(ref)
    answer = Response(_file(toolkit(), found), mimetype="text/csv")
    name = f"journal-{found.last.isoformat()}-{found.currency}-{found.ref}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Repr-Digest"] = f"sha-256=:{found.sha256_in_base64}:"
    return answer


def _file(means: Toolkit, found: Batch) -> Iterator[bytes]:
    with means.reading() as session:
        yield from batch_file.copy_batch(session, found.id, found.layout)


def _batch(ref: str) -> Batch:
    with toolkit().reading() as session:
        found = batch_file.batch_named(session, ref)
    if found is None:
        raise NotFound(ref)
    return found


def _month(text: str) -> Period:
    try:
        return read_month(text)
    except BadPeriod as error:
        raise NotFound(text) from error


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else -1


def _periods(error: Conflict | None, *, status: int) -> Answer:
    today = toolkit().now().astimezone(toolkit().zone).date()
    with toolkit().reading() as session:
        batches = batch_file.batches(session, _MOST_BATCHES)
        first = closing.first_open_day(session)
    months = months_between(first, today) if first else []
    page = periods_page(months, batches, _sentence(error))
    answer = make_response(render_template("finance/periods.html", page=page, **frame("finance.periods")))
    answer.status_code = status
    return answer


def _period(month: Period, error: Conflict | None) -> Answer:
    try:
        preview = preview_period(toolkit(), month)
    except Conflict as refused:
        if error is not None:
            return _periods(refused, status=_CONFLICT)
        why = next((name for name, kind in _REFUSED.items() if isinstance(refused, kind)), None)
        return redirect(url_for("finance.periods", why=why), 303)
    with toolkit().reading() as session:
        askers = {
            currency: closing.asker_named(session, currency, month.last, names)
            for currency, names in preview.unmatched.items()
        }
    may_close = staff_on_duty().role is Role.FINANCE
    page = period_page(month, preview, askers, may_close=may_close, problem=_sentence(error))
    answer = make_response(render_template("finance/period.html", page=page, **frame("finance.periods")))
    answer.status_code = 200 if error is None else _CONFLICT
    return answer


def _sentence(error: Conflict | None) -> str | None:
    if error is None:
        return None
    sentences = {
        NotOverYet: _("This month is not over yet, so nothing was closed."),
        AlreadyClosed: _("This month is closed already, and what is closed stays closed."),
        BeingClosed: _("Somebody else is closing a month at this moment. Please look again in a minute."),
        LooksOtherwise: _("More has come into this month since you looked. Here it is as it stands now."),
    }
    return certain(sentences.get(type(error)), "each refusal of a close has its sentence")
