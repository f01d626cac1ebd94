"""The browser that reports: a random id in a cookie of ours, so that limits can count what one browser is given.

It is given with a report and to nobody who only looks. It names nobody, no script sees it, nothing else reads it, and
we keep no more of it than a keyed hash.
"""

import re
from typing import cast

from flask import current_app, request
from werkzeug.wrappers import Response

from portal.domain.refs import new_secret
from portal.web.shared.browser_session import KeptSessions

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
# Each report lets it live on; a year without one, and it is gone.
_LIVES = 365 * 24 * 3600


def device_id() -> str:
    """Give the id that the browser holds, or a new one for a browser that holds none of ours."""
    held = request.cookies.get(_name(), "")
    return held if _ID.fullmatch(held) else new_secret()


def remember_device(answer: Response, device: str) -> Response:
    """Let the browser hold its id for another year."""
    secure = _sessions().secure
    answer.set_cookie(_name(), device, max_age=_LIVES, secure=secure, httponly=True, samesite="Lax")
    return answer


def _name() -> str:
    return _sessions().cookie_named("amends-device")


def _sessions() -> KeptSessions:
    return cast("KeptSessions", current_app.session_interface)
