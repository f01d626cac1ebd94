"""Reporting for a customer what went wrong with a parcel that was sent again."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import NotFound, UnitsTaken
from portal.letters.language import best_locale
from portal.records import order_search, sent_again
from portal.records.sent_again import SentAgain
from portal.services.read_order import OrderRead, read_order
from portal.services.report_problem import report_problem
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.again import choice_again
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.report_forms import LineChoice, ReportForm, report_form
from portal.web.shared.workbench import frame
from portal.web.staff.pages.report import report_again_page

HERE = "staff.orders"
_FOUND, _REFUSED, _MOVED_ON = 200, 422, 409


@dataclass(frozen=True, slots=True)
class _NewParcel:
    """An order with one parcel of it that was sent again."""

    read: OrderRead
    sent: SentAgain

    @property
    def choice(self) -> LineChoice:
        line = next(line for line in self.read.dossier.lines if line.id == self.sent.order_line_id)
        return choice_again(self.sent, line, self.read.order.status, toolkit().now())


@staff(*DECIDES)
def report_again(number: str, parcel: str) -> Response:
    """Show what can be said of a parcel, or which claim says it already."""
    found = _found(number, parcel)
    return _page(found, report_form(ReportForm, [found.choice], formdata=None), _FOUND)


@staff(*DECIDES)
def send_report_again(number: str, parcel: str) -> Answer:
    """Make a claim of what the customer said; the apology goes to them by mail."""
    found = _found(number, parcel)
    form = report_form(ReportForm, [found.choice])
    if not form.validate():
        return _page(found, form, _REFUSED)
    order = found.read.order
    try:
        ref = report_problem(
            toolkit(),
            customer_id=order.customer_id,
            reported=form.command(number, best_locale(order.locale, ""), again=parcel),
            actor=Actor.staff(staff_on_duty().id),
        )
    except UnitsTaken:
        form.form_errors.append(_("This was reported already. That claim speaks for it; its name stands at the line."))
        return _page(_found(number, parcel), form, _MOVED_ON)
    return redirect(url_for("staff.claim", ref=ref, done="reported"), 303)


def _found(number: str, parcel: str) -> _NewParcel:
    with toolkit().reading() as session:
        order = order_search.by_number(session, number)
        sent = sent_again.find(session, order.id, parcel) if order is not None else None
        if order is None or sent is None:
            raise NotFound(parcel)
        return _NewParcel(read_order(session, order, toolkit().now()), sent)


def _page(found: _NewParcel, form: ReportForm, status: int) -> Response:
    page = report_again_page(found.read, found.sent, found.choice, toolkit().now())
    return make_response(render_template("staff/report.html", page=page, form=form, **frame(HERE)), status)
