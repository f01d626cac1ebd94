"""A report or its correction that was filled in while its session ended: its customer finds it filled in again.

It stands in the browser's session, as the page that was wanted does, and never in an address.
"""

import re
from typing import Any
from urllib.parse import quote

from flask import request
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from portal.services.keep_browser_session import whose_session
from portal.web.shared.access import customer_id
from portal.web.shared.browser_session import CUSTOMER, current_session
from portal.web.shared.intake import CONTROL
from portal.web.shared.kept_words import readable_form
from portal.web.shared.means import toolkit

_KEY = "unsent"
_REPORTS = frozenset({"customer.send_report", "customer.send_report_again", "customer.send_correction"})
_FIELD = re.compile(r"words|line_[1-9][0-9]{0,5}-(chosen|quantity|problem)")
# A report holds four thousand characters of words, and a little for each line.
_MOST = 20_000


def keep_unsent() -> bool:
    """Keep the report that came after its session had ended, and tell whether it was kept.

    Only what the same browser filled in while its customer was in is kept: its token says so, and the ended session
    says whose it was.
    """
    if request.endpoint not in _REPORTS or not _from_our_page():
        return False
    held, fields = current_session(), _fields()
    of = _unsent().get("of") or whose_session(toolkit(), held.token)
    if not of or not fields:
        return False
    held[_KEY] = {"of": of, "path": request.path, "fields": fields}
    return True


def carried(customer: int) -> dict[str, Any]:
    """Give what goes along into the session of a customer who comes in: their own unsent report, nobody else's."""
    unsent = _unsent()
    return {_KEY: unsent} if unsent.get("of") == f"{CUSTOMER}:{customer}" else {}


def page_of(held: dict[str, Any]) -> str:
    """Give the address of the page that what was carried along belongs to; empty where there is none.

    Quoted, because an order's number may hold what means something else in an address, such as a question mark.
    """
    return quote(held[_KEY]["path"]) if held else ""


def filled_in() -> MultiDict[str, str] | None:
    """Give what this page's customer had filled in, for its form; None where nothing is kept for it."""
    unsent = carried(customer_id()).get(_KEY)
    return MultiDict(unsent["fields"]) if unsent and unsent["path"] == request.path else None


def forget_unsent() -> None:
    """Forget it once the report of this page was made; what waits for another page goes on to wait."""
    if _unsent().get("path") == request.path:
        del current_session()[_KEY]


def _unsent() -> dict[str, Any]:
    found = current_session().get(_KEY)
    return found if isinstance(found, dict) else {}


def _fields() -> dict[str, str]:
    typed = {name: CONTROL.sub("", value) for name, value in readable_form().items() if _FIELD.fullmatch(name)}
    return typed if sum(len(name) + len(value) for name, value in typed.items()) <= _MOST else {}


def _from_our_page() -> bool:
    try:
        validate_csrf(readable_form().get("csrf_token"))
    except ValidationError:
        return False
    return True
