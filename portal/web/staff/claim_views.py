"""The claim page and its photos."""

from datetime import date

from flask import Response, render_template, request

from portal.domain.authority import SEES_CLAIMS
from portal.domain.errors import NotFound
from portal.records import claims
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.means import photos, toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.act_forms import Forms, forms_of
from portal.web.staff.claim_file import ClaimFile, read_claim
from portal.web.staff.pages.claim import claim_page

NOTICES = {
    "approve": _("Approved. The mail is on its way to the customer."),
    "proposed": _("Proposed. A second person confirms it; then the mail leaves."),
    "confirm": _("Confirmed. The mail is on its way to the customer."),
    "decline": _("Declined. The mail with your words is on its way."),
    "ask": _("Asked. The claim comes back with the answer, or on the day you chose."),
    "reply": _("Sent. Your answer stands on the customer’s page too."),
    "note": _("Your note is kept."),
    "assign": _("The assignment is changed."),
    "reported": _("Reported for the customer. Our apology is on its way to their mailbox."),
    "credit": _("Taken back. The mail that says so is on its way to the customer."),
    "void": _("The proposal is taken back."),
}


@staff(*SEES_CLAIMS)
def claim(ref: str) -> str:
    """Show everything about one claim."""
    file = read_claim(toolkit(), ref, staff_id=staff_on_duty().id)
    notice = NOTICES.get(request.args.get("done", ""))
    return show(file, forms_of(file, today()), notice=str(notice) if notice else "")


@staff(*SEES_CLAIMS)
def photo(ref: str, photo: str) -> Response:
    """Show a photo of this claim."""
    with toolkit().reading() as session:
        found = claims.found(session, ref)
        kept = {one.ref: one for one in claims.photos(session, found.id)} if found else {}
    if photo not in kept:
        raise NotFound("no such photo on this claim")
    answer = Response(photos().get(photo), mimetype=kept[photo].media_type)
    answer.headers["Content-Disposition"] = "inline"
    return answer


def show(file: ClaimFile, forms: Forms, *, notice: str = "") -> str:
    """Render the claim page with its forms as they are filled."""
    page = claim_page(file, staff_on_duty(), forms, toolkit().now(), notice)
    return render_template("staff/claim.html", page=page, **frame("staff.queue"))


def today() -> date:
    """Tell which day it is in the shop's zone."""
    return toolkit().now().astimezone(toolkit().zone).date()
