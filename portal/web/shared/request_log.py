"""One line in the log for each request: its route and never its address, which may hold a code or a name."""

import re
import time

import structlog
from flask import Flask, Response

from portal.domain.refs import new_ref
from portal.web.shared.at_hand import the_notes, the_request

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUIET = frozenset({"static", "health.alive", "health.ready"})
_log = structlog.get_logger("amends.requests")


def add_request_log(app: Flask) -> None:
    """Name every request, and log it when it was answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    notes, given = the_notes(), the_request().headers.get("X-Request-Id", "")
    notes.request_id = given if _GIVEN_ID.fullmatch(given) else new_ref("REQ", 10)
    notes.began_at = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=notes.request_id)


def _end(response: Response) -> Response:
    notes, sent = the_notes(), the_request()
    if "request_id" not in notes:
        return response
    response.headers["X-Request-Id"] = notes.request_id
    if sent.endpoint not in _QUIET:
        _log.info(
            "request",
            method=sent.method,
            route=sent.url_rule.rule if sent.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - notes.began_at) * 1000, 1),
        )
    return response
