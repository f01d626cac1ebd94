"""Forms come from our own pages only: a token that follows from the session, checked by Flask-WTF on every form."""

from flask import Flask, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.wrappers import Response

from portal.web.shared.access import access_of
from portal.web.shared.browser_session import CUSTOMER, current_session
from portal.web.shared.error_page import SendAgainPage
from portal.web.shared.errors import show_error
from portal.web.shared.intake import CONTROL, is_for_machines
from portal.web.shared.kept_words import kept_words
from portal.web.shared.workbench import frame

# What proves itself by a key, a signature, or the token in its address, and by no cookie.
_WITHOUT_SESSION = frozenset({"api", "hook", "signed"})
_OURS = frozenset({"same-origin", "none"})
# Never written into a page again.
_SECRET = frozenset({"csrf_token", "password", "code", "factor_code", "factor_recovery"})
_protection = CSRFProtect()


def add_forgery_protection(app: Flask) -> None:
    """Let Flask-WTF make and check the tokens; they are good as long as their session, not for an hour."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    _protection.init_app(app)
    app.jinja_env.globals["csrf_token"] = _token
    app.register_error_handler(CSRFError, _ask_to_send_again)


def _token() -> str:
    """Give the token of this request; Flask-WTF reads its settings anew for each of a page's ten forms."""
    return str(g.get("csrf_token") or generate_csrf())


def check_forgery() -> None:
    """Refuse a form that comes from elsewhere; called before every request, once access is known."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view else None
    if access is not None and access.kind not in _WITHOUT_SESSION:
        _protection.protect()


def _ask_to_send_again(_error: CSRFError) -> Response:
    """Show what was filled in with a button that sends it again, unless another site sent it.

    Staff find it so in a second window, after they gave the second factor in the first; of their forms the browser has
    to say itself where they come from.
    """
    for_customer = current_session().front == CUSTOMER
    from_us = request.headers.get("Sec-Fetch-Site", "same-origin" if for_customer else "") in _OURS
    if not from_us or is_for_machines() or request.files or not (for_customer or "staff_on_duty" in g):
        return show_error(400, "forgery")
    typed = request.form.items(multi=True)
    fields = tuple((name, CONTROL.sub("", value)) for name, value in typed if name not in _SECRET)
    page = SendAgainPage(action=request.path, fields=fields, kept=kept_words())
    if for_customer:
        return make_response(render_template("errors/send_again.html", page=page), 400)
    return make_response(render_template("errors/send_again_staff.html", page=page, **frame("")), 400)
