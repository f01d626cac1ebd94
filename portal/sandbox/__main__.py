"""Serve the sandbox: ``python -m portal.sandbox``. One worker process, eight threads, an SMTP listener."""

import argparse
import os
import sys
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.sandbox.app import create_sandbox
from portal.sandbox.mail_listener import MailServer
from portal.sandbox.settings import NotInProduction, SandboxSettings

_THREADS = 8
_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 3


class SandboxServer(BaseApplication):
    """Gunicorn around the sandbox; everything that runs lives in its one worker."""

    def __init__(self, settings: SandboxSettings, host: str, port: int, smtp_port: int) -> None:
        """Know where to listen."""
        self._settings = settings
        self._address = (host, port)
        self._smtp = (host, smtp_port)
        self._app: Flask | None = None
        self._listener: MailServer | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn one worker, many threads, and how to start and stop the rest."""
        host, port = self._address
        for name, value in {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": _THREADS,
            "keepalive": _KEEP_ALIVE_SECONDS,
            "graceful_timeout": _GRACE_SECONDS,
            "timeout": 0,
            "loglevel": "warning",
            # Its place would be one file in the home folder, shared by every gunicorn there.
            "control_socket_disable": True,
            "post_worker_init": self._start,
            "worker_exit": self._stop,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the worker."""
        self._app = create_sandbox(self._settings)
        return self._app

    def _start(self, _worker: object) -> None:
        if self._app is None:
            raise RuntimeError("gunicorn started the worker before the application")
        self._listener = MailServer(self._app.extensions["store"], *self._smtp)
        self._listener.start()
        self._app.extensions["threads"].start()

    def _stop(self, _server: object, _worker: object) -> None:
        if self._listener is not None:
            self._listener.stop()
        if self._app is not None:
            self._app.extensions["threads"].stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portal.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--smtp-port", type=int, default=8425)
    parser.add_argument("--folder", type=Path, default=Path("instance/sandbox"))
    parser.add_argument("--portal", default="http://127.0.0.1:8000", help="where webhooks go")
    parser.add_argument("--webhook-secret", default=os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_sandbox"))
    parser.add_argument("--webhook-events", default="*", help="event types, with commas between")
    parser.add_argument("--warehouse-secret", default=os.environ.get("WAREHOUSE_SECRET", "warehouse_sandbox"))
    parser.add_argument("--refund-seconds", type=float, default=3.0, help="until asynchronous refunds move on")
    parser.add_argument("--ship-seconds", type=float, default=2.0, help="until a parcel leaves")
    parser.add_argument("--deliver-seconds", type=float, default=20.0, help="until it arrives")
    return parser.parse_args()


def main() -> None:
    """Read the arguments and serve until SIGTERM or Ctrl-C."""
    given = _arguments()
    settings = SandboxSettings(
        folder=given.folder,
        portal=given.portal,
        webhook_secret=given.webhook_secret.partition(",")[0],
        warehouse_secret=given.warehouse_secret,
        refund_seconds=given.refund_seconds,
        ship_seconds=given.ship_seconds,
        deliver_seconds=given.deliver_seconds,
        webhook_events=tuple(given.webhook_events.split(",")),
        environment=os.environ.get("PORTAL_ENVIRONMENT", "sandbox"),
        api_base=f"http://{given.host}:{given.port}",
        portal_api_key=os.environ.get("PORTAL_API_KEY", ""),
    )
    try:
        settings.refuse_production()
    except NotInProduction as refusal:
        sys.exit(str(refusal))
    # Gunicorn would read our arguments as its own.
    sys.argv = sys.argv[:1]
    SandboxServer(settings, given.host, given.port, given.smtp_port).run()


if __name__ == "__main__":
    main()
