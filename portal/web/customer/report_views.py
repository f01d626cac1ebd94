"""Saying what went wrong, and saying it another way while nothing has moved."""

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import MovedOn, NotFound, UnitsTaken
from portal.services.correct_report import correct_report
from portal.services.report_problem import report_problem
from portal.web.customer.building.correction import Told, told
from portal.web.customer.building.report import Reportable, report_page, reportable
from portal.web.customer.building.standing import nothing_has_moved
from portal.web.customer.claim_page import FOUND, MOVED_ON, REFUSED, show_moved_on, to_claim
from portal.web.customer.unsent import filled_in, forget_unsent
from portal.web.shared.access import customer, customer_id
from portal.web.shared.browser_session import current_session
from portal.web.shared.device import device_id, remember_device
from portal.web.shared.language import current_locale, speak_as_order
from portal.web.shared.language import gettext as _
from portal.web.shared.means import glancing, toolkit
from portal.web.shared.report_forms import CorrectionForm, ReportForm, form_as_sent, report_form


@customer
def report(number: str) -> Response:
    """Show the lines of an order with what can be said of each."""
    found = _order(number)
    return _report(found, report_form(ReportForm, found.choices, formdata=filled_in()), FOUND)


@customer
def send_report(number: str) -> Answer:
    """Make a claim of what was said and land on it."""
    device = device_id()
    made = _made_at_once(number, device)
    if made is not None:
        forget_unsent()
        return remember_device(to_claim(made), device)
    found = _order(number)
    form = report_form(ReportForm, found.choices)
    if not form.validate():
        return _report(found, form, REFUSED)
    reported = form.command(found.order.order_number, current_locale(), device=device)
    try:
        ref = report_problem(toolkit(), customer_id=customer_id(), reported=reported)
    except UnitsTaken:
        form.form_errors.append(_taken())
        return _report(_order(number), form, MOVED_ON)
    forget_unsent()
    return remember_device(to_claim(ref), device)


@customer
def correct(ref: str) -> Answer:
    """Show a report filled in as it was told, or as its correction was left; once something has moved, its claim."""
    found = _told(ref)
    if found is None or not nothing_has_moved(found.claim.lines):
        forget_unsent()
        return to_claim(ref)
    form = report_form(CorrectionForm, found.choices, formdata=filled_in(), data=found.filled())
    return _correction(found, form, FOUND)


@customer
def send_correction(ref: str) -> Answer:
    """Replace a report by the corrected one."""
    found = _told(ref)
    if found is None:
        return show_moved_on(url_for("customer.claim", ref=ref))
    form = report_form(CorrectionForm, found.choices)
    if not form.validate():
        return _correction(found, form, REFUSED)
    device = device_id()
    corrected = form.command(found.order.order_number, current_locale(), device=device)
    try:
        new = correct_report(toolkit(), customer_id=customer_id(), claim_ref=ref, corrected=corrected)
    except MovedOn:
        return show_moved_on(url_for("customer.claim", ref=ref))
    except UnitsTaken:
        form.form_errors.append(_taken())
        return _correction(found, form, MOVED_ON)
    forget_unsent()
    return remember_device(to_claim(new), device)


def _made_at_once(number: str, device: str) -> str | None:
    """Make a claim of a report that is in order and give its ref; None where the order must be read to say what is not.

    Nothing is read before: the service knows the order, and refuses what it cannot mean.
    """
    form = form_as_sent(request.form)
    if form is None or not form.validate():
        return None
    reported = form.command(number, current_session().text("locale") or "", device=device)
    try:
        return report_problem(toolkit(), customer_id=customer_id(), reported=reported)
    except (NotFound, UnitsTaken):
        return None


def _taken() -> str:
    return _("You told us about this already. That report speaks for it; the link stands beside it below.")


def _order(number: str) -> Reportable:
    with glancing() as session:
        found = reportable(session, toolkit(), number, customer_id())
    if found is None:
        raise NotFound(number)
    speak_as_order(found.order.locale)
    return found


def _told(ref: str) -> Told | None:
    with glancing() as session:
        found = told(session, toolkit(), ref, customer_id())
    if found is not None:
        speak_as_order(found.order.locale)
    return found


def _report(found: Reportable, form: ReportForm, status: int) -> Response:
    page = report_page(found)
    return make_response(render_template("customer/report.html", page=page, form=form), status)


def _correction(found: Told, form: ReportForm, status: int) -> Response:
    return make_response(render_template("customer/correct.html", page=found.page, form=form), status)
