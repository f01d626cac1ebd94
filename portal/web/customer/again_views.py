"""Saying what went wrong with a parcel that was sent again."""

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import NotFound, UnitsTaken
from portal.services.report_problem import report_problem
from portal.web.customer.building.again import NewParcel, new_parcel, report_again_page
from portal.web.customer.claim_page import FOUND, MOVED_ON, REFUSED, to_claim
from portal.web.customer.unsent import filled_in, forget_unsent
from portal.web.shared.access import customer, customer_id
from portal.web.shared.device import device_id, remember_device
from portal.web.shared.language import current_locale, speak_as_order
from portal.web.shared.language import gettext as _
from portal.web.shared.means import glancing, toolkit
from portal.web.shared.report_forms import ReportForm, report_form


@customer
def report_again(number: str, parcel: str) -> Answer:
    """Show what can be said of a parcel; where all of it was told already, what came of that."""
    found = _found(number, parcel)
    if not found.sent.units and found.sent.claims:
        return to_claim(found.sent.claims[0][0])
    return _page(found, report_form(ReportForm, [found.choice], formdata=filled_in()), FOUND)


@customer
def send_report_again(number: str, parcel: str) -> Answer:
    """Make a claim of what was said and land on it."""
    found = _found(number, parcel)
    form = report_form(ReportForm, [found.choice])
    if not form.validate():
        return _page(found, form, REFUSED)
    device = device_id()
    reported = form.command(number, current_locale(), again=parcel, device=device)
    try:
        ref = report_problem(toolkit(), customer_id=customer_id(), reported=reported)
    except UnitsTaken:
        form.form_errors.append(_("You told us about this already. That report speaks for it; the link stands below."))
        return _page(_found(number, parcel), form, MOVED_ON)
    forget_unsent()
    return remember_device(to_claim(ref), device)


def _found(number: str, parcel: str) -> NewParcel:
    with glancing() as session:
        found = new_parcel(session, toolkit(), number, customer_id(), parcel)
    if found is None:
        raise NotFound(parcel)
    speak_as_order(found.order.locale)
    return found


def _page(found: NewParcel, form: ReportForm, status: int) -> Response:
    return make_response(render_template("customer/report.html", page=report_again_page(found), form=form), status)
