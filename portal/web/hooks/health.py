"""Health: whether the process lives, whether it can work, and whether the worker does."""

from functools import lru_cache
from pathlib import Path

import structlog
from flask import Blueprint, Response

from portal.records.pulse import read_pulse
from portal.records.sessions import schema_version
from portal.web.shared.access import public
from portal.web.shared.means import toolkit

_MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations" / "versions"
health = Blueprint("health", __name__)
log = structlog.get_logger(__name__)


@public
def alive() -> Response:
    """Say that the process lives."""
    return Response("alive\n", mimetype="text/plain")


@public
def ready() -> Response:
    """Say that the database answers and has every migration that this code needs. An outage is a 503 like any other."""
    with toolkit().reading() as session:
        version = schema_version(session)
    if version is None or version < _newest_migration():
        return Response("the database waits for its migrations\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@public
def working() -> Response:
    """Say whether work is being done. It is apart from readiness: a site without a worker still serves its visitors."""
    with toolkit().reading() as session:
        pulse = read_pulse(session)
    if pulse.seconds is None:
        return Response("no worker has run yet\n", status=503, mimetype="text/plain")
    told = f"the last sweep began {pulse.seconds:.0f} seconds ago, {pulse.due} jobs are due\n"
    if pulse.is_late:
        log.error("no work is being done", seconds=round(pulse.seconds), due=pulse.due)
    return Response(told, status=503 if pulse.is_late else 200, mimetype="text/plain")


@lru_cache(maxsize=1)
def _newest_migration() -> str:
    return max(path.name.partition("_")[0] for path in _MIGRATIONS.glob("[0-9]*.py"))


health.add_url_rule("/healthz", "alive", alive)
health.add_url_rule("/readyz", "ready", ready)
health.add_url_rule("/workz", "working", working)
