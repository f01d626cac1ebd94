"""Access marks: every view says who may open it, and a view without a mark is opened by nobody."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, request
from flask_login import LoginManager, UserMixin

from portal.domain.authority import SEES_MONEY, Role
from portal.records import api_keys
from portal.records import staff as staff_records
from portal.web.shared.browser_session import CUSTOMER, STAFF, current_session
from portal.web.shared.means import toolkit

View = TypeVar("View", bound=Callable[..., Any])
_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~/-]{0,200}")
_BEARER = "Bearer "
DOOR = "door"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a view."""

    kind: str
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class StaffOnDuty:
    """The staff member who is signed in, as read at the start of this request."""

    id: int
    ref: str
    name: str
    mailbox: str
    role: Role


class SignedIn(UserMixin):
    """Whoever is signed in, for Flask-Login's ``current_user``."""

    def __init__(self, subject: str) -> None:
        """Keep the subject, such as ``customer:7``."""
        self.id = subject


class SignInNeeded(Exception):
    """The page is for people who signed in. A GET is answered with the door, anything else keeps what was typed."""

    def __init__(self, front: str, target: str, *, half_in: bool = False) -> None:
        """Keep whose page it is and where the visitor wanted to go; an empty target leads to the start.

        half_in: the password was given, and the second factor was not.
        """
        super().__init__(front)
        self.front, self.target, self.half_in = front, target, half_in


class KeyNeeded(Exception):
    """The API is for systems that hold a key."""


def public(view: View) -> View:
    """Mark a view that everybody may open."""
    return _mark(view, Access("public"))


def signed(view: View) -> View:
    """Mark a view that whoever has its link may send a form to; the view checks the token in its address.

    Who is signed in counts for nothing, so there is no session that another site could make use of.
    """
    return _mark(view, Access("signed"))


def customer(view: View) -> View:
    """Mark a view for a customer who proved the mailbox; whose object it is, its query says."""
    return _mark(view, Access(CUSTOMER))


def staff(*roles: Role) -> Callable[[View], View]:
    """Mark a view for staff of these roles; without any, for all staff."""

    def mark(view: View) -> View:
        return _mark(view, Access(STAFF, frozenset(roles or Role)))

    return mark


def at_the_door(view: View) -> View:
    """Mark a view for staff who gave the password, whether or not they gave the second factor too."""
    return _mark(view, Access(DOOR))


def finance(view: View) -> View:
    """Mark a view for those who see money."""
    return _mark(view, Access(STAFF, SEES_MONEY))


def api(view: View) -> View:
    """Mark a view for systems with an API key (``Authorization: Bearer …``)."""
    return _mark(view, Access("api"))


def hook(view: View) -> View:
    """Mark a view for signed messages; the view checks the signature before anything else."""
    return _mark(view, Access("hook"))


def access_of(view: Callable[..., Any]) -> Access | None:
    """Read the mark of a view."""
    return cast("Access | None", getattr(view, "access", None))


def _mark(view: View, access: Access) -> View:
    cast("Any", view).access = access
    return view


def customer_id() -> int:
    """Give the id of the customer who is signed in."""
    number = current_session().number
    if number is None:
        raise SignInNeeded(CUSTOMER, "")
    return number


def staff_on_duty() -> StaffOnDuty:
    """Give the staff member who is signed in."""
    return cast("StaffOnDuty", g.staff_on_duty)


def staff_at_door() -> StaffOnDuty:
    """Give the staff member who gave the password."""
    return cast("StaffOnDuty", g.staff_at_door)


def api_key_id() -> int:
    """Give the id of the key that the calling system holds."""
    return cast("int", g.api_key_id)


def local_target(wanted: str | None) -> str:
    """Give a path of ours to go on to after signing in; anything that could lead elsewhere gives an empty text."""
    return wanted if wanted and _LOCAL_PATH.fullmatch(wanted) else ""


def check_access() -> None:
    """Refuse a request that its view is not marked for; called before every request."""
    if request.endpoint is None:
        return
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        abort(403)
    front = STAFF if access.kind == DOOR else access.kind
    if front in {CUSTOMER, STAFF} and current_session().front != front:
        abort(403)
    _CHECKS[access.kind](access)


def _check_nothing(_: Access) -> None:
    """Let everybody in."""


def _check_customer(_: Access) -> None:
    if current_session().subject is None:
        raise SignInNeeded(CUSTOMER, _wanted())


def _check_staff(access: Access) -> None:
    if not current_session().is_in:
        raise SignInNeeded(STAFF, _wanted(), half_in=current_session().subject is not None)
    g.staff_on_duty = _member()
    if g.staff_on_duty.role not in access.roles:
        abort(403)


def _check_door(_: Access) -> None:
    g.staff_at_door = _member()


def _member() -> StaffOnDuty:
    number = current_session().number
    with toolkit().reading() as session:
        member = staff_records.by_id(session, number) if number is not None else None
    if member is None:
        raise SignInNeeded(STAFF, _wanted())
    return StaffOnDuty(member.id, member.ref, member.name, member.mailbox, Role(member.role))


def _check_key(_: Access) -> None:
    given = request.headers.get("Authorization", "")
    with toolkit().reading() as session:
        key_id = api_keys.find(session, given[len(_BEARER) :]) if given.startswith(_BEARER) else None
    if key_id is None:
        raise KeyNeeded
    g.api_key_id = key_id


_CHECKS: dict[str, Callable[[Access], None]] = {
    "public": _check_nothing,
    "hook": _check_nothing,
    "signed": _check_nothing,
    CUSTOMER: _check_customer,
    STAFF: _check_staff,
    DOOR: _check_door,
    "api": _check_key,
}


def _wanted() -> str:
    return local_target(request.path) if request.method in {"GET", "HEAD"} else ""


def add_sign_in(app: Flask) -> None:
    """Give Flask-Login who is signed in, from the session itself: no second query, no cookie but ours."""
    manager = LoginManager()
    app.config.update(SESSION_PROTECTION=None, REMEMBER_COOKIE_NAME="amends-never-set")
    manager.session_protection = None
    # No template asks who is signed in by way of it, so none is told.
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(SignedIn)
    static = app.view_functions.get("static")
    if static is not None:
        public(static)
