"""Taking back store credit that was granted in error: an approver says why, and what the customer reads of it."""

import uuid
from dataclasses import dataclass, field

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import Role
from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.records import claims, credit_reversals
from portal.services.take_back_credit import TakingBack, take_back_credit
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.step_up import wants_factor
from portal.web.shared.workbench import frame

_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class CreditPage:
    """Rendered by ``staff/credit.html``. standing: what of the grant neither ended nor was taken back yet."""

    ref: str
    remedy: str
    granted: Money
    standing: Money
    key: str
    reason: str = ""
    words: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> tuple[str, ...]:
        """Give the error of a field, as the macros want it."""
        return (self.errors[name],) if name in self.errors else ()


@staff(Role.APPROVER)
def credit(ref: str, remedy: str) -> Answer:
    """Show what was granted, and ask why it was an error."""
    return _show(_page(ref, remedy, uuid.uuid4().hex))


@staff(Role.APPROVER)
@wants_factor()
def take_back(ref: str, remedy: str) -> Answer:
    """Take it back, once for the page."""
    key = request.form.get("key", "")
    if not 0 < len(key) <= _LONGEST_KEY:
        abort(400)
    reason, words = unix_lines(request.form.get("reason")), unix_lines(request.form.get("words"))
    errors = {name: error for name, error in (("reason", _wrong(reason)), ("words", _wrong(words))) if error}
    if errors:
        return _show(_page(ref, remedy, key, reason=reason, words=words, errors=errors), 422)
    take_back_credit(toolkit(), staff_id=staff_on_duty().id, wanted=TakingBack(ref, remedy, reason, words, key))
    return redirect(url_for("staff.claim", ref=ref, done="credit"), 303)


def _wrong(words: str) -> str:
    return too_long(words) if words else _("Please write a few words.")


def _page(
    ref: str, remedy: str, key: str, *, reason: str = "", words: str = "", errors: dict[str, str] | None = None
) -> CreditPage:
    with toolkit().reading() as session:
        claim = claims.found(session, ref)
        grants = credit_reversals.grants_of(session, remedy)
        if claim is None or not grants or grants[0].about.claim_ref != ref:
            raise NotFound("no credit of this remedy on this claim")
        currency = claim.order.currency
    granted = sum(grant.amount_minor for grant in grants)
    gone = sum(grant.gone for grant in grants)
    return CreditPage(
        ref, remedy, Money(granted, currency), Money(granted - gone, currency), key, reason, words, errors or {}
    )


def _show(page: CreditPage, status: int = 200) -> Answer:
    return make_response(render_template("staff/credit.html", page=page, **frame("staff.queue")), status)
