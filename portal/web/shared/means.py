"""What the factory gave the application: the toolkit of the services, and the ports that the web needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app, request

from portal.domain.ports import PhotoCleaner, PhotoStore
from portal.records.browser_sessions import hash_of
from portal.records.sessions import Session, at_once
from portal.services.limit_rate import Visitor
from portal.services.toolkit import Toolkit
from portal.web.shared.browser_session import current_session


def toolkit() -> Toolkit:
    """Give the toolkit that services are called with."""
    return cast("Toolkit", current_app.extensions["toolkit"])


@contextmanager
def glancing() -> Iterator[Session]:
    """Open a session for a page that only reads: each statement by itself, with no transaction around them."""
    with toolkit().reading() as session:
        at_once(session)
        yield session


def photos() -> PhotoStore:
    """Give the store of photos."""
    return cast("PhotoStore", current_app.extensions["photos"])


def photo_cleaner() -> PhotoCleaner:
    """Give what makes an uploaded picture safe to keep."""
    return cast("PhotoCleaner", current_app.extensions["clean_photo"])


def visitor() -> Visitor:
    """Tell from where this request comes, for rate limits and for what is bound to a browser."""
    return Visitor(hash_of(current_session().token), request.remote_addr or "")
