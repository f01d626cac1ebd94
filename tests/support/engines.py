"""The engine behind a toolkit, for tests that listen to its connections, count or take them."""

from typing import Any

from portal.services.toolkit import Toolkit


def engine_of(toolkit: Toolkit) -> Any:
    """Give the SQLAlchemy engine from which a toolkit's sessions come."""
    session = toolkit.sessions()
    try:
        return session.get_bind()
    finally:
        session.close()
