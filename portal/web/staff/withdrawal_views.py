"""Withdrawals as staff work on them: by deadline, and one at a time until the money is promised."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import DECIDES, SEES_CLAIMS
from portal.domain.errors import IllegalMove, MovedOn, NotFound, UnitsTaken
from portal.records import withdrawal_pages, withdrawals
from portal.records.withdrawal_pages import File
from portal.services.decide_withdrawal import (
    WithdrawalPage,
    accept_withdrawal,
    answer_withdrawal,
    connect_withdrawal,
    note_goods_back,
)
from portal.services.refund_withdrawal import Money, refund_withdrawal
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import named
from portal.web.shared.report_forms import field_of
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.pages.queue import place_of
from portal.web.staff.pages.withdrawal import withdrawal_page, withdrawals_page
from portal.web.staff.withdrawal_words import DONE

HERE = "staff.withdrawals"
_ROWS = 50
_LONGEST_NUMBER = 64
_CONFLICT, _REFUSED = 409, 422


class _Refused(Exception):
    """What was typed is not well; at which field, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field)
        self.field, self.why = field, why


@staff(*SEES_CLAIMS)
def listing() -> str:
    """Show what is to be done about withdrawals, the earliest first."""
    now, after = toolkit().now(), place_of(request.args.get("after", ""))
    with toolkit().reading() as session:
        rows = withdrawals.due(session, (after.answer_by, after.ref) if after else None, limit=_ROWS + 1)
        total, overdue = withdrawals.count_due(session, now)
    page = withdrawals_page(rows, total, overdue, now=now, limit=_ROWS)
    return render_template("staff/withdrawals.html", page=page, **frame(HERE))


@staff(*SEES_CLAIMS)
def one(ref: str) -> str:
    """Show one withdrawal with everything that hangs on it."""
    done = request.args.get("done", "")
    return _page(ref, notice=str(named(DONE, done)) if done in DONE else "")


@staff(*DECIDES)
def back(ref: str) -> Answer:
    """Lead somebody who reloads an act to the withdrawal."""
    return redirect(url_for("staff.withdrawal", ref=ref), 303)


@staff(*DECIDES)
@wants_factor("accept", "refund", "claim", "answer")
def act(ref: str) -> Answer:
    """Do one thing with a withdrawal; whatever changed since is shown instead."""
    with toolkit().reading() as session:
        if withdrawals.found(session, ref) is None:
            raise NotFound(ref)
    perform = _ACTS.get(request.form.get("act", ""))
    version = request.form.get("version", type=int)
    if perform is None or version is None:
        abort(400)
    try:
        done = perform(WithdrawalPage(ref, version), staff_on_duty().id)
    except _Refused as refused:
        return _again(ref, _REFUSED, refused.field, refused.why)
    except (MovedOn, IllegalMove):
        return _again(ref, _CONFLICT, "acts", _("This has moved on since you opened it. Here it is as it stands now."))
    except UnitsTaken:
        why = _("All of it is spoken for by other claims, or has gone back already. Decide there, or answer in words.")
        return _again(ref, _CONFLICT, "acts", why)
    return redirect(url_for("staff.withdrawal", ref=ref, done=done), 303)


def _connect(page: WithdrawalPage, staff_id: int) -> str:
    number = request.form.get("order_number", "").strip()[:_LONGEST_NUMBER]
    if not number:
        raise _Refused("order_number", _("Please type the number of the order."))
    try:
        connect_withdrawal(toolkit(), staff_id=staff_id, page=page, order_number=number)
    except NotFound as error:
        raise _Refused("order_number", _("There is no order of this number.")) from error
    return "connect"


def _accept(page: WithdrawalPage, staff_id: int) -> str:
    file = _file(page.ref)
    lines = []
    for line in file.lines:
        typed = request.form.get(field_of(line.line_number), "0").strip() or "0"
        if not typed.isascii() or not typed.isdigit() or int(typed[:6]) > line.quantity:
            raise _Refused(field_of(line.line_number), _("It can be 0 to %(most)s.", most=line.quantity))
        if int(typed):
            lines.append((line.line_number, int(typed)))
    if file.withdrawal.goods and not file.withdrawal.lines and not lines:
        field = field_of(file.lines[0].line_number) if file.lines else "acts"
        raise _Refused(field, _("Please say which goods are meant."))
    accept_withdrawal(toolkit(), staff_id=staff_id, page=page, lines=tuple(lines))
    return "accept"


def _goods(page: WithdrawalPage, staff_id: int) -> str:
    note_goods_back(toolkit(), staff_id=staff_id, page=page)
    return "goods"


def _refund(page: WithdrawalPage, staff_id: int) -> str:
    return refund_withdrawal(toolkit(), staff_id=staff_id, money=Money(page, all_of_it=True))[1].value


def _claim(page: WithdrawalPage, staff_id: int) -> str:
    return refund_withdrawal(toolkit(), staff_id=staff_id, money=Money(page, all_of_it=False))[1].value


def _answer(page: WithdrawalPage, staff_id: int) -> str:
    words = unix_lines(request.form.get("answer"))
    wrong = too_long(words) if words else _("Please write your answer.")
    if wrong:
        raise _Refused("answer", wrong)
    answer_withdrawal(toolkit(), staff_id=staff_id, page=page, words=words)
    return "answer"


_ACTS: dict[str, Callable[[WithdrawalPage, int], str]] = {
    "connect": _connect,
    "accept": _accept,
    "goods": _goods,
    "refund": _refund,
    "claim": _claim,
    "answer": _answer,
}


def _file(ref: str) -> File:
    with toolkit().reading() as session:
        file = withdrawal_pages.whole(session, ref)
    if file is None:
        raise NotFound(ref)
    return file


def _page(ref: str, **more: str) -> str:
    decides = staff_on_duty().role in DECIDES
    page = withdrawal_page(_file(ref), full=decides, decides=decides, **more)
    return render_template("staff/withdrawal.html", page=page, now=_now(), **frame(HERE))


def _now() -> datetime:
    return toolkit().now()


def _again(ref: str, status: int, field: str, why: str) -> Response:
    typed = request.form.get("answer", "") or request.form.get("order_number", "")
    return make_response(_page(ref, error_field=field, error=why, typed=typed), status)
