"""The sandbox inside another process, on a clock that this process brings: for a year that is lived in minutes."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from portal.sandbox.app import create_sandbox
from portal.sandbox.settings import SandboxSettings

_HOST = "127.0.0.1"
# Nobody is posted anything: who lives the year asks by itself.
_NO_EVENTS = ("none",)


@dataclass(frozen=True, slots=True)
class Double:
    """Stripe's double, listening. turn: lets happen there what is due."""

    url: str
    turn: Callable[[], None]


@contextmanager
def double_beside(
    folder: Path, now: Callable[[], float], *, refund_seconds: float, environment: str
) -> Iterator[Double]:
    """Serve the sandbox of a folder until the block ends; now gives Unix seconds. Raises NotInProduction there."""
    settings = SandboxSettings(
        folder, webhook_events=_NO_EVENTS, refund_seconds=refund_seconds, environment=environment
    )
    app = create_sandbox(settings, now)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(_HOST, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="the double", daemon=True)
    thread.start()
    try:
        yield Double(f"http://{_HOST}:{server.server_port}", app.extensions["threads"].clockwork.turn)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
