"""Where somebody whose request failed tries again: the page itself, or the one whose form was sent."""

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

_DEEPEST = 6


def page_to_try_again() -> str | None:
    """Give the nearest page of ours at or above this address; None where there is none."""
    adapter = current_app.create_url_adapter(request)
    path = request.path
    for _ in range(_DEEPEST):
        if adapter is None or not path:
            return None
        try:
            endpoint, values = adapter.match(path, method="GET")
        except HTTPException:  # No page there, only an address that takes forms: its page stands above it.
            path = path.rpartition("/")[0]
        else:
            return url_for(endpoint, **values)
    return None
