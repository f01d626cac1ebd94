"""Sessions of browsers, kept in the database: the cookie holds a random id, and the database only its hash.

A visitor who only reads gets at most a cookie; a row is written when something is kept. The CSRF token follows from the
id, so it needs no row either. Staff and customers have cookies of their own, so one browser can be both.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any, cast

from flask import Flask, Request, Response
from flask.globals import request_ctx
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from portal.domain.refs import new_secret
from portal.records.sessions import is_outage
from portal.services.keep_browser_session import (
    CUSTOMER_ENDS,
    DOOR_ENDS,
    STAFF_ENDS,
    Ends,
    Kept,
    begin_session,
    change_session,
    end_session,
    find_session,
    renew_session,
    touch_session,
)
from portal.services.toolkit import Toolkit

CUSTOMER, STAFF = "customer", "staff"
_STAFF_PATHS = ("/staff/", "/finance/")
# Served without a look at any cookie: files, signed messages, and keys of machines.
_WITHOUT_SESSION = ("/static/", "/brand.css", "/healthz", "/readyz", "/workz", "/hooks/", "/api/")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# Made for each request, never kept.
_DERIVED = frozenset({"csrf_token", "_user_id"})
# Where somebody goes on to who gave the password and has yet to give the second factor.
LANDING = "landing"


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """What one browser's session holds. Small values only; what matters stands in its own table."""

    def __init__(self, front: str, token: str, secret_key: str, kept: Kept | None = None) -> None:
        """Take what was found; without it, nobody is signed in and nothing is held."""

        def on_update(_: CallbackDict[str, Any]) -> None:
            self.modified = True

        super().__init__(dict(kept.held) if kept else {}, on_update)
        self.front, self.token, self.kept = front, token, kept
        self.subject = kept.subject if kept else None
        self.factor_at = kept.factor_at if kept else None
        self.secret_key = secret_key
        self.replaces: str | None = None
        self.renewed_at: datetime | None = None
        self.needs_cookie = False
        self.outage: Exception | None = None
        self.modified = False
        self.new = kept is None

    @property
    def ends(self) -> Ends:
        """When a session of this front ends."""
        if self.front == CUSTOMER:
            return CUSTOMER_ENDS
        return STAFF_ENDS if self.factor_at else DOOR_ENDS

    @property
    def number(self) -> int | None:
        """The row number of the customer or staff member who is signed in."""
        return int(self.subject.partition(":")[2]) if self.subject else None

    @property
    def is_in(self) -> bool:
        """Tell whether somebody is signed in; of the staff, whoever gave the second factor after the password."""
        return self.subject is not None and (self.front == CUSTOMER or self.factor_at is not None)

    def sign_in(self, number: int, **held: object) -> None:
        """Let somebody in: under a new id, with nothing of what the browser held before but its chosen language."""
        self._start_anew(f"{self.front}:{number}")
        self.update({key: value for key, value in held.items() if value is not None})
        self.modified = True

    def give_factor(self, now: datetime) -> None:
        """Note that the second factor was given now: under a new id, and what was held for the door is forgotten."""
        self.pop(LANDING, None)
        self.factor_at = self.renewed_at = now
        self.token = new_secret()
        self.needs_cookie = True

    def sign_out(self) -> None:
        """Let the browser forget who it was; its old id opens nothing any more."""
        self._start_anew(None)

    def held(self) -> dict[str, Any]:
        """Give what is kept."""
        return {key: value for key, value in self.items() if key not in _DERIVED}

    def __contains__(self, key: object) -> bool:
        return key in _DERIVED or super().__contains__(key)

    def __getitem__(self, key: str) -> object:
        if key == "csrf_token":
            # Whoever is told a token must keep the id that it follows from.
            self.needs_cookie = True
            said = b"csrf\0" + self.token.encode()
            return hmac.new(self.secret_key.encode(), said, hashlib.sha256).hexdigest()
        return self._user() if key == "_user_id" else super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        """Give a value that is held, or the default; also who is signed in, for whom Flask-Login asks."""
        return self._user() if key == "_user_id" else super().get(key, default)

    def text(self, key: str) -> str:
        """Give a text that is held, or an empty one."""
        return str(super().get(key, ""))

    def _user(self) -> str | None:
        return self.subject if self.is_in else None

    def _start_anew(self, subject: str | None) -> None:
        locale = self.text("locale")
        self.replaces = self.replaces or (self.token if self.kept else None)
        self.clear()
        self.token, self.kept, self.subject, self.factor_at = new_secret(), None, subject, None
        self.needs_cookie = True
        if locale:
            self["locale"] = locale
        self.modified = bool(subject or locale)


class KeptSessions(SessionInterface):
    """Opens and keeps the sessions of an application."""

    def __init__(self, toolkit: Toolkit, *, secure: bool) -> None:
        """Keep sessions through a toolkit; secure where every visitor comes by HTTPS."""
        self._toolkit = toolkit
        self.secure = secure

    def cookie_name(self, front: str) -> str:
        """Name the cookie of a front."""
        return self.cookie_named("amends" if front == CUSTOMER else "amends-staff")

    def cookie_named(self, name: str) -> str:
        """Name a cookie. No other host can set a ``__Host-`` cookie; browsers take it by HTTPS only."""
        return f"__Host-{name}" if self.secure else name

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """Find the session of a request. An outage is kept for later, when an error can be answered with a page."""
        front = STAFF if f"{request.path}/".startswith(_STAFF_PATHS) else CUSTOMER
        token = request.cookies.get(self.cookie_name(front), "")
        known = bool(_TOKEN.fullmatch(token)) and not request.path.startswith(_WITHOUT_SESSION)
        kept, outage = None, None
        try:
            kept = find_session(self._toolkit, token) if known else None
        except Exception as error:
            if not is_outage(error):
                raise
            outage = error
        if kept and kept.subject and not kept.subject.startswith(f"{front}:"):
            kept, known = None, False
        opened = BrowserSession(front, token if known else new_secret(), self._toolkit.secret_key, kept)
        opened.outage = outage
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed and set the cookie where the browser needs one."""
        opened = cast("BrowserSession", session)
        if opened.outage is None:
            self._keep(opened)
        # Where no cookie was looked at, a new one would take the place of the one that the browser has.
        if opened.needs_cookie and not request_ctx.request.path.startswith(_WITHOUT_SESSION):
            # The token holds letters and digits only, so nothing in it must be written otherwise in a cookie.
            kept_safe = f"{'; Secure' if self.secure else ''}; HttpOnly; Path=/; SameSite=Lax"
            response.headers.add("Set-Cookie", f"{self.cookie_name(opened.front)}={opened.token}{kept_safe}")

    def _keep(self, opened: BrowserSession) -> None:
        if opened.kept is None and opened.modified:
            begin_session(
                self._toolkit,
                token=opened.token,
                subject=opened.subject,
                held=opened.held(),
                ends=opened.ends,
                instead_of=opened.replaces,
            )
            opened.needs_cookie = True
        elif opened.kept is None and opened.replaces:
            end_session(self._toolkit, opened.replaces)
        elif opened.kept and opened.renewed_at:
            renew_session(
                self._toolkit,
                opened.kept,
                token=opened.token,
                held=opened.held(),
                factor_at=opened.renewed_at,
                ends=opened.ends,
            )
        elif opened.kept and opened.modified:
            change_session(self._toolkit, opened.kept, opened.held(), opened.ends)
        elif opened.kept:
            touch_session(self._toolkit, opened.kept, opened.ends)


def current_session() -> BrowserSession:
    """Give the session of this request."""
    return cast("BrowserSession", request_ctx.session)


def raise_outage() -> None:
    """Raise what kept the session from being found, where a page can answer it; called before every request."""
    outage = current_session().outage
    if outage is not None:
        raise outage
