"""Where the warehouse tells us of replacements: shipped, arrived, or not to be had."""

import re
from datetime import date, datetime
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import BadRequest

from portal.domain.signatures import HEADER
from portal.services.apply_warehouse_event import STATES
from portal.services.hear_event import hear_event
from portal.web.hooks.signed import optional_text_of, settings, signed_message, text_of
from portal.web.shared.access import hook
from portal.web.shared.means import toolkit

_NEEDED = ("id", "ref", "state", "at")
_OPTIONAL = ("carrier", "tracking_number", "arrives_on", "reason")
_LONGEST_ID, _LONGEST_WORD = 255, 80
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@hook
def hear_warehouse() -> Response:
    """Store a message whose shape is exactly what was agreed."""
    message = _checked(signed_message(HEADER, [settings().warehouse_secret]))
    new = hear_event(
        toolkit(),
        sender="warehouse",
        event_id=message["id"],
        kind=f"parcel.{message['state']}",
        payload=message,
    )
    return jsonify(heard=True, new=new)


def _checked(message: dict[str, Any]) -> dict[str, Any]:
    unknown = set(message) - {*_NEEDED, *_OPTIONAL}
    if unknown:
        raise BadRequest("there are fields that nobody knows")
    state = text_of(message, "state", _LONGEST_WORD)
    if state not in STATES:
        raise BadRequest("state is shipped, delivered or refused")
    return {
        "id": text_of(message, "id", _LONGEST_ID),
        "ref": text_of(message, "ref", _LONGEST_WORD),
        "state": state,
        "at": _moment(text_of(message, "at", _LONGEST_WORD)),
        "carrier": optional_text_of(message, "carrier", _LONGEST_WORD),
        "tracking_number": optional_text_of(message, "tracking_number", _LONGEST_WORD),
        "arrives_on": _day(optional_text_of(message, "arrives_on", _LONGEST_WORD)),
        "reason": optional_text_of(message, "reason", _LONGEST_WORD),
    }


def _moment(text: str) -> str:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("at is an ISO 8601 time") from error
    if read.tzinfo is None:
        raise BadRequest("at has a time zone")
    return text


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        # The library also reads weeks and days without hyphens; the warehouse agreed on one form.
        return date.fromisoformat(text if _DAY.fullmatch(text) else "").isoformat()
    except ValueError as error:
        raise BadRequest("arrives_on is a day such as 2026-02-28") from error
