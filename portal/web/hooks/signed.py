"""Signed messages from machines: the raw body, its signature, and only then what it says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

import structlog
from flask import current_app, request
from werkzeug.exceptions import BadRequest

from config import Config
from portal.domain.errors import BadSignature
from portal.domain.signatures import verify
from portal.web.shared.json_body import read_json
from portal.web.shared.means import toolkit

_log = structlog.get_logger("amends.hooks")


def settings() -> Config:
    """Give the installation's settings."""
    return cast("Config", current_app.extensions["config"])


def signed_message(header: str, secrets: Iterable[str]) -> dict[str, Any]:
    """Read the body of this request once its signature is known to be good; raise BadRequest for anything else.

    What is wrong is for our own log: whoever sent it learns only that it was not taken.
    """
    return signed_message_at(header, secrets)[0]


def signed_message_at(header: str, secrets: Iterable[str]) -> tuple[dict[str, Any], datetime]:
    """Read the body of this request as ``signed_message`` does, with the moment at which it was signed."""
    raw = request.get_data(cache=False)
    try:
        signed_at = verify(request.headers.get(header), raw, secrets, toolkit().now())
    except BadSignature as error:
        _log.warning("a message is not signed", header=header, reason=error.reason)
        raise BadRequest("bad signature") from error
    return read_json(raw, fractions=True), signed_at


def text_of(message: dict[str, Any], name: str, longest: int) -> str:
    """Give a text that must be there; raise BadRequest."""
    value = message.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise BadRequest(f"{name} is missing or too long")
    return value


def optional_text_of(message: dict[str, Any], name: str, longest: int) -> str | None:
    """Give a text that may be absent, null or empty; raise BadRequest."""
    return text_of(message, name, longest) if message.get(name) not in (None, "") else None
