"""An engine for many tests: its roles are asked for, and its statements planned, once and not for each of them."""

from functools import cache

from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from portal.records.sessions import make_engine

_KEPT = 2


@cache
def shared_engine(url: str) -> Engine:
    """Give this process's engine for tests that are the web, with room for twenty at once."""
    return make_engine(url, "portal_web", pool_size=20)


def rest(engine: Engine) -> None:
    """Close the connections after a test that took many at once; one or two stay for the next."""
    if isinstance(engine.pool, QueuePool) and engine.pool.checkedin() > _KEPT:
        engine.dispose()


def close(url: str) -> None:
    """Close whatever is left before the database goes."""
    shared_engine(url).dispose()
