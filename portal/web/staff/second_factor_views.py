"""The second step at the door: a code, or for whoever has no second factor yet, enrolling one."""

import textwrap
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import Conflict, NotFound, WrongCode
from portal.services.enrol_second_factor import Offered, enrol_second_factor, offer_second_factor
from portal.web.shared.access import at_the_door, local_target, staff_at_door
from portal.web.shared.browser_session import LANDING, current_session
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit, visitor
from portal.web.shared.step_up import FactorForm, refusal_of
from portal.web.staff.qr_picture import Picture, draw
from portal.web.staff.sign_in_views import landing_of

_FOUND, _REFUSED = 200, 422
_GROUP = 4
# Nobody is in yet, so there is nowhere to go.
_FRAME: dict[str, Any] = {"nav": (), "worker": None}


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """Rendered by ``staff/enrol.html``. secret: in groups, to be typed; address: the same as a link."""

    mailbox: str
    secret: str
    address: str
    picture: Picture


@at_the_door
def second_factor() -> Answer:
    """Ask for the code, or offer a secret to whoever has no second factor yet."""
    if current_session().is_in:
        return redirect(landing_of(staff_at_door().role), 303)
    return _page(FactorForm(formdata=None), _FOUND)


@at_the_door
def give_factor() -> Answer:
    """Let in whoever types the code."""
    landing = _landing()
    if current_session().is_in:
        return redirect(landing, 303)
    form = FactorForm()
    try:
        refused = refusal_of(form, staff_at_door().id)
    except NotFound:
        return redirect(url_for("staff.second_factor"), 303)
    return _page(form, refused) if refused else redirect(landing, 303)


@at_the_door
def enrol() -> Answer:
    """Keep the offered secret once its code is typed, and show the recovery codes this one time."""
    landing = _landing()
    if current_session().is_in:
        return redirect(landing, 303)
    form = FactorForm()
    if not form.validate():
        return _page(form, _REFUSED)
    try:
        codes = enrol_second_factor(
            toolkit(), staff_id=staff_at_door().id, typed=form.factor_code.data or "", visitor=visitor()
        )
    except WrongCode:
        form.factor_code.errors = [_("This is not the code that it shows now. Please type the one that it shows next.")]
        return _page(form, _REFUSED)
    except Conflict:
        return redirect(url_for("staff.second_factor"), 303)
    current_session().give_factor(toolkit().now())
    return make_response(
        render_template("staff/recovery_codes.html", codes=codes, landing=landing, **_FRAME, sign_out_url="")
    )


def _landing() -> str:
    return local_target(current_session().text(LANDING)) or landing_of(staff_at_door().role)


def _page(form: FactorForm, status: int) -> Answer:
    offered = offer_second_factor(toolkit(), staff_id=staff_at_door().id, visitor=visitor())
    name = "staff/enrol.html" if offered else "staff/second_factor.html"
    told = render_template(
        name,
        page=_enrol_page(offered) if offered else None,
        form=form,
        name=staff_at_door().name,
        **_FRAME,
        sign_out_url=url_for("staff.sign_out"),
    )
    return make_response(told, status)


def _enrol_page(offered: Offered) -> EnrolPage:
    grouped = " ".join(textwrap.wrap(offered.secret, _GROUP))
    return EnrolPage(staff_at_door().mailbox, grouped, offered.address, draw(offered.address))
