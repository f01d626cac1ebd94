"""What belongs to this request, at hand: Flask's own names look it up anew at every attribute that is asked of them."""

from typing import Any, cast

from flask import Request, g, request
from flask.ctx import _AppCtxGlobals

_request, _notes = cast("Any", request), cast("Any", g)


def the_request() -> Request:
    """Give the request that is being answered. Raises RuntimeError outside of one."""
    return cast("Request", _request._get_current_object())


def the_notes() -> _AppCtxGlobals:
    """Give what was noted for this request, as ``g`` does. Raises RuntimeError outside of one."""
    return cast("_AppCtxGlobals", _notes._get_current_object())
