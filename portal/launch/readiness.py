"""How to tell that a part is ready, asked from outside as its users would."""

import http.client
import socket
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus

import psycopg

from portal.launch.settings import LOOPBACK

_SECONDS = 2


def answers(port: int, path: str, *more_ports: int) -> Callable[[], bool]:
    """Ask whether a page answers well and further ports take connections."""

    def ask() -> bool:
        try:
            with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=_SECONDS)) as connection:
                connection.request("GET", path)
                well = connection.getresponse().status == HTTPStatus.OK
        except (http.client.HTTPException, OSError):
            return False
        return well and all(map(takes_connections, more_ports))

    return ask


def takes_connections(port: int) -> bool:
    """Tell whether something on this machine listens on a port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=_SECONDS):
            return True
    except OSError:
        return False


def worker_beats(database_url: str) -> Callable[[], bool]:
    """Ask whether a worker has written its heartbeat since now: one that died earlier left an older one."""
    url = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    since = datetime.now(UTC)

    def ask() -> bool:
        try:
            with psycopg.connect(url, connect_timeout=_SECONDS) as connection:
                heartbeats = "SELECT FROM jobs.procrastinate_workers WHERE last_heartbeat >= %s"
                return connection.execute(heartbeats, [since]).rowcount > 0
        except psycopg.Error:
            return False

    return ask
