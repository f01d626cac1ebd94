"""The world outside in this process: the sandbox over real HTTP, moved by the virtual clock and by nobody else."""

import http.client
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.domain import signatures
from portal.sandbox.app import create_sandbox
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from tests.prove.simulation.clock import VirtualClock
from tests.support.sandbox_server import SECRET_KEY, WAREHOUSE_SECRET, WEBHOOK_SECRET, Sandbox

__all__ = ["SECRET_KEY", "WAREHOUSE_SECRET", "WEBHOOK_SECRET", "Outside", "outside"]

_DAY = 86_400.0
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_HOOKS = {
    "stripe": ("/hooks/stripe", signatures.STRIPE_HEADER, WEBHOOK_SECRET),
    "warehouse": ("/hooks/warehouse", signatures.HEADER, WAREHOUSE_SECRET),
}


class _Handler(WSGIRequestHandler):
    """Keeps connections as a real server does, and lets the fault script cut them."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def make_environ(self) -> Any:
        environ = super().make_environ()
        environ["gunicorn.socket"] = self.connection
        return environ

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True

    def log(self, *_told: Any, **_more: Any) -> None:
        """Say nothing: the log of steps says it."""


@dataclass(frozen=True, slots=True)
class Switches(Sandbox):
    """The sandbox's switches, over one connection that stays."""

    kept: http.client.HTTPConnection

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Make any request."""
        self.kept.request(method, path, body, {"Content-Type": "application/json"} if headers is None else headers)
        answer = self.kept.getresponse()
        return answer.status, answer.read()


class Outside:
    """Stripe, its post and the warehouse, as the simulation holds them."""

    def __init__(self, app: Flask, sandbox: Sandbox, clock: VirtualClock) -> None:
        self.sandbox, self._clock = sandbox, clock
        self._store: Store = app.extensions["store"]
        self._clockwork = app.extensions["threads"].clockwork

    def begin_anew(self) -> None:
        """Forget everything that ever happened."""
        with self._store.write() as db:
            for (name,) in db.execute(_TABLES).fetchall():
                db.execute(f"DELETE FROM {name}")

    def turn(self) -> None:
        """Move what is due: refunds that settle or fail later, parcels that leave and arrive."""
        self._clockwork.turn()

    def ask(self, statement: str, *values: object) -> list[Any]:
        """Read the double's own books."""
        return self._store.read().execute(statement, values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """Change them, for what the double has no switch for."""
        with self._store.write() as db:
            db.execute(statement, values)

    def post(self) -> list[Any]:
        """List the messages that wait to be delivered, oldest first."""
        asked = "SELECT seq, kind, subject, body FROM posts WHERE due_at <= ? ORDER BY seq"
        return self.ask(asked, self._clock.seconds())

    def delivered_before(self) -> list[Any]:
        """List the messages that were delivered once."""
        return self.ask("SELECT seq, kind, subject, body FROM posts WHERE delivered_at IS NOT NULL ORDER BY seq")

    def deliver(self, portal: FlaskClient, message: Any) -> int:
        """Post a message to the portal's own door, signed by the virtual clock; give the status."""
        path, header, secret = _HOOKS[message["kind"]]
        body = message["body"].encode()
        signed = signatures.sign(body, secret, self._clock())
        status = portal.post(path, data=body, headers={header: signed, "Content-Type": "application/json"}).status_code
        if status < 300:
            now = self._clock.seconds()
            self.change("UPDATE posts SET delivered_at = ?, due_at = NULL WHERE seq = ?", now, message["seq"])
        return status

    def lose(self, messages: Iterable[Any]) -> None:
        """Let messages never arrive."""
        for message in messages:
            self.change("UPDATE posts SET due_at = NULL, last_answer = 'lost' WHERE seq = ?", message["seq"])


@contextmanager
def outside(folder: Path, clock: VirtualClock) -> Iterator[Outside]:
    """Serve the sandbox from a thread of this process until the block ends."""
    settings = SandboxSettings(
        folder=folder,
        webhook_secret=WEBHOOK_SECRET,
        warehouse_secret=WAREHOUSE_SECRET,
        refund_seconds=2 * _DAY,
        ship_seconds=_DAY,
        deliver_seconds=3 * _DAY,
    )
    app = create_sandbox(settings, clock.seconds)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    kept = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    try:
        yield Outside(app, Switches("127.0.0.1", server.server_port, 9, folder, kept), clock)
    finally:
        kept.close()
        server.shutdown()
        thread.join()
        server.server_close()
