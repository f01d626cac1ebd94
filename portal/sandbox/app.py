"""Build the sandbox: one Flask application over one SQLite file, and the threads that turn its world."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response

from portal.sandbox import checkout, codes, control, mailbox, pages, script_control, warehouse
from portal.sandbox.clock import Clock
from portal.sandbox.clockwork import Clockwork
from portal.sandbox.deliveries import PostRoom
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.stripe_double import routes
from portal.sandbox.stripe_double.calls import Lives
from portal.sandbox.stripe_double.desk import Desk
from portal.sandbox.stripe_double.dispute_life import DisputeLife
from portal.sandbox.stripe_double.journal import EventJournal
from portal.sandbox.stripe_double.refund_life import RefundLife
from portal.sandbox.stripe_double.script import FaultScript
from portal.sandbox.warehouse_book import WarehouseBook

_TEMPLATES = Path(__file__).parents[2] / "templates" / "sandbox"
_LARGEST_REQUEST = 32 * 1024 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Threads:
    """What runs beside the requests."""

    clockwork: Clockwork
    post_room: PostRoom

    def start(self) -> None:
        """Start both."""
        self.clockwork.start()
        self.post_room.start()

    def stop(self) -> None:
        """Stop both, and wait for the work at hand."""
        for thread in (self.clockwork, self.post_room):
            thread.stop()
        for thread in (self.clockwork, self.post_room):
            if thread.is_alive():
                thread.join(timeout=5)


def create_sandbox(settings: SandboxSettings, time_source: Callable[[], float] = time.time) -> Flask:
    """Build the application; raise NotInProduction there.

    ``app.extensions`` holds its ``store`` and its ``threads``, which are not started. A simulation brings its own time
    (Unix seconds).
    """
    settings.refuse_production()
    app = Flask("portal.sandbox", template_folder=str(_TEMPLATES), root_path=str(Path(__file__).parent))
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    store = Store(settings.folder)
    clock, script = Clock(store, time_source), FaultScript(store)
    lives = make_lives(settings, clock, script)
    book = WarehouseBook(store, clock, settings)
    desk = Desk(store, lives, script)
    threads = Threads(Clockwork(store, clock, lives.refunds, book), PostRoom(store, clock, settings))
    app.extensions |= {"store": store, "threads": threads, "sandbox_settings": settings}
    for blueprint in (
        routes.make_blueprint(desk),
        control.make_blueprint(store, lives, threads.post_room),
        script_control.make_blueprint(store, lives, script, desk.calls),
        mailbox.make_blueprint(store),
        warehouse.make_blueprint(store, book, settings),
        pages.make_blueprint(store, settings, clock, script),
        checkout.make_blueprint(store, settings),
        codes.make_blueprint(time_source),
    ):
        app.register_blueprint(blueprint)
    app.jinja_env.filters |= {"amount": pages.amount_text, "moment": pages.moment_text}
    app.jinja_env.globals |= {"portal": settings.portal, "blueprints": app.blueprints}
    app.after_request(_protect)
    return app


def make_lives(settings: SandboxSettings, clock: Clock, script: FaultScript) -> Lives:
    """Make the parts of the Stripe double that move things."""
    events = EventJournal(settings, clock, script)
    refunds = RefundLife(events, clock, script, settings.refund_seconds)
    return Lives(clock, events, refunds, DisputeLife(events, clock))


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
