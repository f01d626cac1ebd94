"""How staff come to the door and leave: the password first; second_factor_views has what follows."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import Role
from portal.domain.errors import WrongPassword
from portal.services.sign_in_staff import sign_in_staff
from portal.web.shared.access import SignInNeeded, local_target, public
from portal.web.shared.browser_session import LANDING, current_session
from portal.web.shared.error_page import KeptWords
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit, visitor
from portal.web.staff.sign_in_forms import SignInForm

_LANDINGS = {Role.FINANCE: "/finance/", Role.LEADER: "/staff/journey/"}
_LANDING = "/staff/"
_FOUND, _NEEDS_SIGN_IN, _REFUSED = 200, 401, 422


@public
def sign_in() -> Answer:
    """Show the door."""
    return _door(SignInForm(formdata=None, target=local_target(request.args.get("next"))), _FOUND)


@public
def enter() -> Answer:
    """Lead whoever knows the password on to the second factor."""
    form = SignInForm()
    if not form.validate():
        return _door(form, _REFUSED)
    try:
        let_in = sign_in_staff(
            toolkit(), mailbox=form.mailbox.data or "", password=form.password.data or "", visitor=visitor()
        )
    except WrongPassword:
        form.password.errors = [_("Mailbox and password do not go together.")]
        return _door(form, _REFUSED)
    landing = local_target(form.target.data) or landing_of(let_in.role)
    current_session().sign_in(let_in.staff_id, **{LANDING: landing})
    return redirect(url_for("staff.second_factor"), 303)


def landing_of(role: Role) -> str:
    """Give the first page of a role."""
    return _LANDINGS.get(role, _LANDING)


@public
def sign_out() -> Answer:
    """End the session."""
    current_session().sign_out()
    return redirect(url_for("staff.sign_in"), 303)


def open_staff_door(error: SignInNeeded) -> Response:
    """Show a visitor who is not in the door, whatever they came for; what they typed is given back to them."""
    kept = kept_words()
    if error.half_in and not kept:
        current_session()[LANDING] = error.target or current_session().text(LANDING)
        return make_response(redirect(url_for("staff.second_factor"), 303))
    return _door(SignInForm(formdata=None, target=error.target), _NEEDS_SIGN_IN, kept)


def _door(form: SignInForm, status: int, kept: tuple[KeptWords, ...] = ()) -> Response:
    told = render_template("staff/sign_in.html", form=form, kept=kept, nav=(), worker=None, sign_out_url="")
    return make_response(told, status)
