"""Builds the application. ``flask --app portal.factory`` and gunicorn begin here."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config
from portal.commands import Commands
from portal.logs import configure_logs
from portal.web.api.blueprint import api
from portal.web.customer.blueprint import customer
from portal.web.customer.sign_in_views import open_customer_door
from portal.web.finance.blueprint import finance
from portal.web.hooks.blueprint import hooks
from portal.web.hooks.health import health
from portal.web.shared.access import add_sign_in, check_access
from portal.web.shared.browser_session import CUSTOMER, STAFF, KeptSessions, current_session, raise_outage
from portal.web.shared.errors import add_errors
from portal.web.shared.forgery import add_forgery_protection, check_forgery
from portal.web.shared.headers import add_headers
from portal.web.shared.intake import add_limits, check_form, check_intake
from portal.web.shared.language import add_language
from portal.web.shared.request_log import add_request_log
from portal.web.shared.static_files import add_static_hashes
from portal.web.shared.step_up import check_step_up
from portal.web.shared.templates import add_templates
from portal.web.staff.blueprint import staff
from portal.web.staff.sign_in_views import open_staff_door
from portal.wiring import WebMeans, wire_web

_TOP = Path(__file__).resolve().parents[1]
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def create_app(config: Config | None = None, means: WebMeans | None = None) -> Flask:
    """Build the portal from its settings; without them, from the environment. means may be brought by a test."""
    config = config or Config.from_environment()
    configure_logs(production=config.is_production)
    means = means or wire_web(config)
    app = Flask("portal", template_folder=str(_TOP / "templates"), static_folder=str(_TOP / "static"))
    # No view of ours is a coroutine; Flask asks that of each of a request's twenty functions anew.
    cast("Any", app).ensure_sync = _as_it_is
    app.secret_key = config.secret_key
    app.extensions |= {
        "toolkit": means.toolkit,
        "photos": means.photos,
        "clean_photo": means.clean_photo,
        "config": config,
    }
    app.extensions["payment_booker"] = means.payment_booker
    app.extensions["provider_books"] = means.provider_books
    app.extensions["step_up_after"] = timedelta(minutes=config.step_up_minutes)
    _trust_only_our_hosts(app, config)
    _keep_sessions(app, config, means)
    _teach_templates(app, means)
    _check_every_request(app)
    _open_fronts(app)
    add_sign_in(app)
    add_headers(app, secure=config.secure_cookies, logo_url=config.shop_logo)
    add_errors(app, {CUSTOMER: open_customer_door, STAFF: open_staff_door})
    app.cli = Commands()
    return app


def create_web() -> Flask:
    """Build the portal for a web server, every page translated into Python, so that no visitor waits for that."""
    app = create_app()
    for name in app.jinja_env.list_templates(filter_func=_is_of_the_portal):
        app.jinja_env.get_template(name)
    return app


def _is_of_the_portal(template: str) -> bool:
    """Leave out those of the sandbox, whose templates know other words."""
    return not template.startswith("sandbox/")


def _as_it_is(view: Callable[..., Any]) -> Callable[..., Any]:
    return view


def _trust_only_our_hosts(app: Flask, config: Config) -> None:
    """Take requests for our own name only, and addresses of visitors only from proxies that we are told of."""
    own = urlsplit(config.origin).hostname or ""
    app.config["TRUSTED_HOSTS"] = [own] if config.is_production else [own, *_LOOPBACK]
    if config.trusted_proxies:
        proxies = config.trusted_proxies
        cast("Any", app).wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)


def _keep_sessions(app: Flask, config: Config, means: WebMeans) -> None:
    app.session_interface = KeptSessions(means.toolkit, secure=config.secure_cookies)


def _teach_templates(app: Flask, means: WebMeans) -> None:
    add_templates(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals |= {"shop": means.toolkit.shop, "withdrawal_given": means.toolkit.withdrawal.is_given}
    add_language(app, means.toolkit.zone)
    add_static_hashes(app)
    app.context_processor(lambda: {"signed_in": current_session().is_in, "here": ""})


def _check_every_request(app: Flask) -> None:
    """In this order: what is too large is not read, and who may not come in leaves nothing behind."""
    add_limits(app)
    add_request_log(app)
    for check in (check_intake, raise_outage, check_access, check_form, check_forgery, check_step_up):
        app.before_request(check)
    add_forgery_protection(app)


def _open_fronts(app: Flask) -> None:
    for front in (customer, staff, finance, health, api, hooks):
        app.register_blueprint(front)
