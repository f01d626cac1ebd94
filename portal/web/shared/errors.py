"""One table: what can be wrong, and the page that says so. People get a kind page, programs get JSON."""

import errno
import math
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError

from portal.domain import errors as wrong
from portal.domain.mailboxes import BadMailbox
from portal.records.sessions import is_outage
from portal.web.shared.access import KeyNeeded, SignInNeeded
from portal.web.shared.browser_session import CUSTOMER, STAFF, current_session
from portal.web.shared.error_page import ErrorPage
from portal.web.shared.intake import is_for_machines
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import gettext as _
from portal.web.shared.way_back import page_to_try_again
from portal.web.shared.workbench import frame

STATUS: dict[type[wrong.AmendsError], int] = {
    wrong.NotFound: 404,
    wrong.MovedOn: 409,
    wrong.IllegalMove: 409,
    wrong.UnitsTaken: 409,
    wrong.Conflict: 409,
    wrong.NotEnoughCredit: 409,
    wrong.OfferGone: 410,
    wrong.OutOfStock: 409,
    wrong.NotAllowed: 403,
    wrong.OverLimit: 403,
    wrong.WrongCode: 422,
    wrong.WrongPassword: 422,
    wrong.BadAmount: 422,
    wrong.CurrencyMismatch: 422,
    wrong.BadPicture: 422,
    wrong.BadPolicy: 422,
    wrong.BadWords: 422,
    wrong.Outdated: 409,
    BadMailbox: 422,
    wrong.BadSignature: 400,
    wrong.TooMany: 429,
}
OUTAGE_SECONDS = 10
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# The words for other statuses are those of the nearest one that has words of its own.
_WORDS = {401: 403, 406: 400, 408: 400, 411: 400, 414: 400, 415: 400, 422: 400, 431: 400}
_NEAREST = {4: 400, 5: 500}
_HAVE_WORDS = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 500, 503})
_TRY_AGAIN = frozenset({400, 413, 429, 500, 503})
_PAGES = {CUSTOMER: "customer/error.html", STAFF: "staff/error.html"}
log = structlog.get_logger("amends.errors")


def add_errors(app: Flask, doors: dict[str, Callable[[SignInNeeded], Response]]) -> None:
    """Answer every error with its page. doors: by front, what a visitor sees who has to sign in first."""

    def show_door(error: SignInNeeded) -> Response:
        return doors[error.front](error)

    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(wrong.AmendsError, _show_ours)
    app.register_error_handler(SignInNeeded, show_door)
    app.register_error_handler(KeyNeeded, _show_key_needed)
    app.register_error_handler(Exception, _show_unforeseen)


def status_of(error: wrong.AmendsError) -> int:
    """Tell the HTTP status of one of our errors, also of a special case of one in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def show_error(status: int, code: str, *, wait: int | None = None, error_ref: str | None = None) -> Response:
    """Answer with the page, or the JSON, of a status. wait is in seconds."""
    answer = _json(code, error_ref) if is_for_machines() else _page(status, wait, error_ref)
    answer.status_code = status
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _show_http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if isinstance(error, SecurityError):
        # A foreign Host header: no page of ours is built for it, because its links would be.
        return _plain(status)
    answer = show_error(status, error.name.lower().replace(" ", "_"))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answer.headers[name] = value
    return answer


def _show_ours(error: wrong.AmendsError) -> Response:
    status = status_of(error)
    wait = error.retry_after if isinstance(error, wrong.TooMany) else None
    log.info("refused", error=type(error).__name__, status=status)
    return show_error(status, _snake(type(error).__name__), wait=wait)


def _show_key_needed(_error: KeyNeeded) -> Response:
    answer = show_error(401, "key_needed")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _show_unforeseen(error: Exception) -> Response:
    if is_outage(error):
        log.error("the database does not answer", error=type(error).__name__)
        return show_error(503, "unavailable", wait=OUTAGE_SECONDS)
    if isinstance(error, OSError) and error.errno in _FULL:
        log.error("the disk is full", error=type(error).__name__)
        return show_error(503, "unavailable", wait=OUTAGE_SECONDS)
    log.error("a request broke", error=type(error).__name__, exc_info=error)
    return show_error(500, "server_error", error_ref=g.get("request_id"))


def _page(status: int, wait: int | None, error_ref: str | None) -> Response:
    words = status if status in _HAVE_WORDS else _WORDS.get(status, _NEAREST.get(status // 100, 500))
    page = ErrorPage(
        status=words,
        next_url=page_to_try_again() if words in _TRY_AGAIN else None,
        kept=kept_words(),
        wait_minutes=math.ceil(wait / 60) if wait else None,
        error_ref=error_ref,
    )
    try:
        front = current_session().front
        return make_response(render_template(_PAGES[front], page=page, **_frame(front)))
    except Exception:
        # The page for an error may break on that very error; then a sentence must do.
        log.exception("the error page broke")
        return _plain(status)


def _frame(front: str) -> dict[str, Any]:
    """Keep the way around the workbench for staff who are signed in; the pages of customers bring their own frame."""
    if front == CUSTOMER:
        return {}
    return frame("") if "staff_on_duty" in g else {"nav": (), "worker": None, "sign_out_url": ""}


def _plain(status: int) -> Response:
    sentence = _("We could not show this page. Please go back and try once more.")
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{status}</title><p>{escape(sentence)}</p></html>'
    )
    answer = make_response(html)
    answer.status_code = status
    return answer


def _json(code: str, error_ref: str | None) -> Response:
    told = {"code": code, "message": code.replace("_", " ")}
    if error_ref:
        told["ref"] = error_ref
    return jsonify(error=told)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
