"""What only a person can put right: seen on a page of its own, decided there, or taken off the list."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES, SEES_CLAIMS
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.refund_list import ListIsOld, Way
from portal.domain.troubles import HAS_WAYS
from portal.records import staff as staff_records
from portal.records import troubles
from portal.services.cancel_refund import ask_to_cancel
from portal.services.close_trouble import close_trouble
from portal.services.decide_unknown_refund import Choice, decide_unknown_refund
from portal.services.leave_event import leave_event
from portal.services.read_refund_list import ask_for_list
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame
from portal.web.staff.pages.trouble import trouble_page

_CONFLICT, _REFUSED = 409, 422
_NOTICES = {
    "asked": lazy("Asked. The answer takes a few seconds; look again for it."),
    "proposed": lazy("Proposed. An approver confirms it here."),
}


@staff(*SEES_CLAIMS)
def trouble(ref: str) -> Answer:
    """Show one with what can be done; one that is over leads back to the queue."""
    notice = _NOTICES.get(request.args.get("done", ""))
    return _page(ref, notice=str(notice) if notice else "")


@staff(*DECIDES)
def close(ref: str) -> Answer:
    """Take one off the list; the same again changes nothing."""
    close_trouble(toolkit(), ref=ref, actor=Actor.staff(staff_on_duty().id))
    return redirect(url_for("staff.queue"), 303)


@staff(*DECIDES)
def read_list(ref: str) -> Answer:
    """Ask for the provider's list of a payment."""
    ask_for_list(toolkit(), staff_id=staff_on_duty().id, trouble_ref=ref)
    return redirect(url_for("staff.trouble", ref=ref, done="asked"), 303)


@staff(*DECIDES)
@wants_factor()
def decide(ref: str) -> Answer:
    """End the doubt about a refund, or propose to."""
    chosen = request.form.get("chosen", "")
    if not chosen:
        return _page(ref, error=_("Please choose what the list says."), status=_REFUSED)
    way = Way.GIVE_UP if chosen == Way.GIVE_UP else Way.ADOPT
    choice = Choice(ref, way, "" if way is Way.GIVE_UP else chosen)
    try:
        done = decide_unknown_refund(toolkit(), staff_id=staff_on_duty().id, choice=choice)
    except ListIsOld:
        return _page(ref, error=_("The list was read too long ago. Please read it again first."), status=_CONFLICT)
    return redirect(url_for("staff.queue") if done else url_for("staff.trouble", ref=ref, done="proposed"), 303)


@staff(*DECIDES)
@wants_factor()
def cancel(ref: str) -> Answer:
    """Ask the provider to cancel a refund that waits for its customer."""
    ask_to_cancel(toolkit(), staff_id=staff_on_duty().id, trouble_ref=ref)
    return redirect(url_for("staff.trouble", ref=ref, done="asked"), 303)


@staff(*DECIDES)
@wants_factor()
def leave(ref: str) -> Answer:
    """Leave a message that cannot be applied, with a reason."""
    reason = unix_lines(request.form.get("reason"))
    error = too_long(reason) if reason else _("Please say why, for colleagues and for later.")
    if error:
        return _page(ref, error=error, typed=reason, status=_REFUSED)
    leave_event(toolkit(), staff_id=staff_on_duty().id, trouble_ref=ref, reason=reason)
    return redirect(url_for("staff.queue"), 303)


@staff(*DECIDES)
def back(ref: str) -> Answer:
    """Lead somebody who reloads an answer to the page that it is about."""
    return redirect(url_for("staff.trouble", ref=ref), 303)


def _page(ref: str, *, notice: str = "", error: str = "", typed: str = "", status: int = 200) -> Answer:
    on_duty = staff_on_duty()
    with toolkit().reading() as session:
        known, one = troubles.named(session, ref), troubles.open_one_named(session, ref)
        reader = staff_records.decider(session, on_duty.id)
    if known is None or known.kind not in HAS_WAYS:
        raise NotFound("no such trouble with a page")
    if one is None:
        return redirect(url_for("staff.queue"), 303)
    if reader is None:
        raise NotAllowed("this account is closed")
    page = trouble_page(one, reader=reader, now=toolkit().now(), notice=notice, error=error, typed=typed)
    return make_response(render_template("staff/trouble.html", page=page, **frame("staff.queue")), status)
