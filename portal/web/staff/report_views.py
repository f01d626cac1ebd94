"""Reporting for a customer who called or wrote: find the order, then the customer's own form."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import NotFound, UnitsTaken
from portal.domain.mailboxes import BadMailbox, normalise
from portal.letters.language import best_locale
from portal.records import order_search, sent_again
from portal.services.read_order import OrderRead, read_order
from portal.services.report_problem import report_problem
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.report_forms import ReportForm, report_form
from portal.web.shared.workbench import frame
from portal.web.staff.pages.report import choices_of, orders_page, report_page

HERE = "staff.orders"
_LONGEST_SOUGHT = 254
_MOST_FOUND = 50
_FOUND, _REFUSED, _MOVED_ON = 200, 422, 409


@staff(*DECIDES)
def orders() -> str | Answer:
    """Find orders; one that is meant by its number opens at once."""
    sought = request.args.get("q", "").strip()[:_LONGEST_SOUGHT]
    found = []
    if sought:
        with toolkit().reading() as session:
            found = order_search.found(session, sought, _mailbox(sought), limit=_MOST_FOUND)
    if len(found) == 1 and found[0].order_number == sought:
        return redirect(url_for("staff.report", number=sought), 303)
    return render_template("staff/orders.html", page=orders_page(sought, found), **frame(HERE))


@staff(*DECIDES)
def report(number: str) -> Response:
    """Show the lines of an order with what can be said of each."""
    read = _order(number)
    return _report(read, report_form(ReportForm, choices_of(read), formdata=None), _FOUND)


@staff(*DECIDES)
def send_report(number: str) -> Answer:
    """Make a claim of what the customer said; the apology goes to them by mail."""
    read = _order(number)
    form = report_form(ReportForm, choices_of(read))
    if not form.validate():
        return _report(read, form, _REFUSED)
    order = read.order
    try:
        ref = report_problem(
            toolkit(),
            customer_id=order.customer_id,
            reported=form.command(order.order_number, best_locale(order.locale, "")),
            actor=Actor.staff(staff_on_duty().id),
        )
    except UnitsTaken:
        form.form_errors.append(_("This was reported already. That claim speaks for it; its name stands at the line."))
        return _report(_order(number), form, _MOVED_ON)
    return redirect(url_for("staff.claim", ref=ref, done="reported"), 303)


def _mailbox(sought: str) -> str | None:
    try:
        return normalise(sought)
    except BadMailbox:
        return None


def _order(number: str) -> OrderRead:
    with toolkit().reading() as session:
        order = order_search.by_number(session, number)
        if order is None:
            raise NotFound(number)
        return read_order(session, order, toolkit().now())


def _report(read: OrderRead, form: ReportForm, status: int) -> Response:
    with toolkit().reading() as session:
        sent = sent_again.of_orders(session, [read.order.id])
    page = report_page(read, sent, toolkit().now())
    return make_response(render_template("staff/report.html", page=page, form=form, **frame(HERE)), status)
