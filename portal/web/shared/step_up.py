"""The second factor of staff: taken at the door, and asked for again before a decision where it was given long ago.

Whoever is asked again finds everything that was typed on the page that asks, and the code goes along with it: the
decision is done as it was sent, or nothing is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import structlog
from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from portal.domain.errors import TooMany, WrongCode
from portal.services.give_second_factor import give_second_factor
from portal.web.shared.access import staff_on_duty
from portal.web.shared.browser_session import current_session
from portal.web.shared.error_page import KeptWords
from portal.web.shared.forms import Form, one_line
from portal.web.shared.intake import CONTROL
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.means import toolkit, visitor
from portal.web.shared.way_back import page_to_try_again
from portal.web.shared.workbench import frame

View = TypeVar("View", bound=Callable[..., Any])
# What the page that asks adds to a form; no view takes these for something that was typed into its own.
FACTOR_FIELDS = frozenset({"factor_code", "factor_recovery"})
_LONGEST_TYPED = 60
_ASKED, _REFUSED, _WAIT = 401, 422, 429
log = structlog.get_logger("amends.second_factor")


class FactorForm(Form):
    """The code of an authenticator, or a recovery code instead."""

    factor_code = one_line(lazy("Six digits from your authenticator"), longest=_LONGEST_TYPED)
    factor_recovery = one_line(lazy("Recovery code"), longest=_LONGEST_TYPED)


@dataclass(frozen=True, slots=True)
class StepUpPage:
    """Rendered by ``errors/step_up.html``. fields: the form as it was sent, hidden; kept: what of it people typed."""

    action: str
    fields: tuple[tuple[str, str], ...]
    kept: tuple[KeptWords, ...]
    back_url: str | None
    minutes: int


def wants_factor(*acts: str) -> Callable[[View], View]:
    """Mark a view that decides something: the second factor was given a few minutes ago, or is asked for first.

    acts: only for these values of the field ``act``; without any, always.
    """

    def mark(view: View) -> View:
        cast("Any", view).wants_factor = frozenset(acts)
        return view

    return mark


def acts_with_factor(view: Callable[..., Any]) -> frozenset[str] | None:
    """Read the mark of a view: empty for all acts, None for a view that asks for no factor."""
    return cast("frozenset[str] | None", getattr(view, "wants_factor", None))


def check_step_up() -> Response | None:
    """Ask for the second factor where a decision wants it; called before every request, once the form is known."""
    view = current_app.view_functions.get(request.endpoint or "")
    acts = acts_with_factor(view) if view is not None else None
    if acts is None or (acts and request.form.get("act") not in acts) or _is_fresh():
        return None
    if not FACTOR_FIELDS & set(request.form):
        return _ask(FactorForm(formdata=None), _ASKED)
    form = FactorForm()
    refused = refusal_of(form, staff_on_duty().id)
    return _ask(form, refused) if refused else None


def refusal_of(form: FactorForm, staff_id: int) -> int | None:
    """Take the code of a form and note when it was given; else give the status, the form then saying what is wrong."""
    field = form.factor_recovery if form.factor_recovery.data else form.factor_code
    if not form.validate():
        return _REFUSED
    if not field.data:
        field.errors = [_("Please type the six digits.")]
        return _REFUSED
    try:
        give_second_factor(toolkit(), staff_id=staff_id, typed=field.data, visitor=visitor())
    except WrongCode:
        log.warning("a wrong second factor", staff_id=staff_id)
        field.errors = [_("This code is not right, or it was used. Please wait for the next one and type that.")]
        return _REFUSED
    except TooMany as error:
        log.warning("too many wrong second factors", staff_id=staff_id)
        minutes = math.ceil(error.retry_after / 60)
        field.errors = [
            _("These were too many wrong codes. Please wait %(minutes)s min, then try again.", minutes=minutes)
        ]
        return _WAIT
    current_session().give_factor(toolkit().now())
    return None


def _is_fresh() -> bool:
    given_at = current_session().factor_at
    return given_at is not None and toolkit().now() - given_at <= _lasts()


def _lasts() -> timedelta:
    return cast("timedelta", current_app.extensions["step_up_after"])


def _ask(form: FactorForm, status: int) -> Response:
    skipped = FACTOR_FIELDS | {"csrf_token"}
    typed = request.form.items(multi=True)
    fields = tuple((name, CONTROL.sub("", value)) for name, value in typed if name not in skipped)
    minutes = int(_lasts().total_seconds() // 60)
    page = StepUpPage(request.path, fields, kept_words(), page_to_try_again(), minutes)
    return make_response(render_template("errors/step_up.html", page=page, form=form, **frame("")), status)
