"""The way in: a mailbox, a code by mail, your orders; and the way out."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import WrongCode
from portal.records import sign_in_codes
from portal.records.sign_in_codes import Proven
from portal.services.ask_sign_in_code import ask_sign_in_code
from portal.services.enter_sign_in_code import enter_sign_in_code
from portal.web.customer.pages.entry import CodePage, HomePage
from portal.web.customer.sign_in_forms import AskForm, EnterForm
from portal.web.customer.unsent import carried, keep_unsent, page_of
from portal.web.shared.access import SignInNeeded, local_target, public
from portal.web.shared.browser_session import current_session
from portal.web.shared.error_page import SessionEndedPage
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import choose_locale, current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit, visitor

_FOUND, _NEEDS_SIGN_IN, _REFUSED = 200, 401, 422


@public
def home() -> Answer:
    """Show the door, or to somebody who is in already their orders."""
    if current_session().subject is not None:
        return redirect(url_for("customer.orders"), 303)
    return _door(AskForm(formdata=None, target=local_target(request.args.get("next"))), _FOUND)


@public
def begin_again() -> Answer:
    """Lead somebody who reloads a page of the way in back to its beginning."""
    return redirect(url_for("customer.home"), 303)


@public
def request_code() -> Answer:
    """Leave a code for the mailbox; whether it has orders, only its owner learns."""
    form = AskForm()
    if not form.validate():
        return _door(form, _REFUSED)
    held = current_session()
    target = local_target(form.target.data)
    if target:
        held["target"] = target
    elif "target" in held:
        del held["target"]
    ask_sign_in_code(
        toolkit(),
        mailbox=form.mailbox.data,
        order_number=form.order_number.data or None,
        visitor=visitor(),
        locale=current_locale(),
    )
    return redirect(url_for("customer.code", again=_again()), 303)


@public
def code() -> Answer:
    """Show where the digits are typed. A link from the mail only fills them in; opening it uses up nothing."""
    digits = request.args.get("code", "")
    form = EnterForm(formdata=None, code=digits if digits.isascii() and digits.isdigit() else "")
    return _code_page(form, _FOUND)


@public
def enter_code() -> Answer:
    """Let in whoever types the right digits in the browser that asked for them."""
    form = EnterForm()
    if not form.validate():
        return _code_page(form, _REFUSED)
    try:
        proven = enter_sign_in_code(toolkit(), typed=form.code.data or "", visitor=visitor())
    except WrongCode:
        form.code.errors = [_("These digits do not open the door. Please check the newest mail, or send a new code.")]
        return _code_page(form, _REFUSED)
    held = current_session()
    unsent = carried(proven.customer_id)
    landing = _landing(proven, page_of(unsent) or local_target(held.text("target")))
    held.sign_in(proven.customer_id, customer_locale=proven.order_locale or proven.locale, **unsent)
    return redirect(landing, 303)


@public
def sign_out() -> Answer:
    """End the session, so that its cookie opens nothing any more, wherever a copy of it may be."""
    current_session().sign_out()
    return redirect(url_for("customer.home", left="1"), 303)


@public
def choose_language() -> Answer:
    """Keep the language that was chosen and go back to where it was."""
    choose_locale(request.form.get("language", ""))
    return redirect(local_target(request.form.get("back")) or url_for("customer.home"), 303)


def open_customer_door(error: SignInNeeded) -> Response:
    """Show a visitor who is not in the door; what they typed is given back to them."""
    if request.method in {"GET", "HEAD"}:
        return make_response(_door(AskForm(formdata=None, target=error.target), _NEEDS_SIGN_IN))
    page = SessionEndedPage(kept=kept_words(), waits=keep_unsent())
    return make_response(render_template("customer/session_ended.html", page=page), _NEEDS_SIGN_IN)


def _door(form: AskForm, status: int) -> Response:
    page = HomePage(signed_out="left" in request.args, elsewhere="elsewhere" in request.args)
    return make_response(render_template("customer/home.html", page=page, form=form), status)


def _code_page(form: EnterForm, status: int) -> Answer:
    with toolkit().reading() as session:
        asked = sign_in_codes.newest(session, visitor().browser_hash, toolkit().now())
    if asked is None:
        return redirect(url_for("customer.home", elsewhere="1"), 303)
    page = CodePage(
        mailbox=asked.mailbox,
        ends_at=asked.expires_at,
        order_number=asked.order_number or "",
        sent_again="again" in request.args,
    )
    return make_response(render_template("customer/code.html", page=page, form=form), status)


def _again() -> str | None:
    """Tell whether the code's own page asked, so that it can say that a new one left."""
    return "1" if url_for("customer.code") in (request.referrer or "") else None


def _landing(proven: Proven, target: str) -> str:
    """Choose where a sign-in leads: the order that was named, else the page that was wanted, else all orders.

    target: the page of what was filled in and not sent, or the one that was wanted.
    """
    if proven.order_number is not None:
        return url_for("customer.report", number=proven.order_number)
    return target or url_for("customer.orders")
