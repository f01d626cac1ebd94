"""Views that only tests have: one of each kind, to see what surrounds every view."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from portal.domain import errors as wrong
from portal.domain.authority import Role
from portal.web.shared import access
from portal.web.shared.intake import takes_photos, takes_repeated
from portal.web.shared.json_body import json_body
from tests.support.web import Clock, build_app, close_app

_WAIT_SECONDS = 90


@access.customer
def _keep() -> str:
    return "kept " + request.form.get("words", "")


@access.public
@takes_repeated("lines")
def _say() -> str:
    return "; ".join(request.form.getlist("lines")) + request.args.get("q", "")


@access.public
@takes_photos
def _photos() -> str:
    return str(len(request.files.getlist("photos")))


@access.public
def _break() -> str:
    name = request.args["error"]
    if name == "TooMany":
        raise wrong.TooMany(_WAIT_SECONDS)
    if name == "ZeroDivisionError":
        raise ZeroDivisionError(f"secret words of {request.args.get('who')}")
    if name == "OperationalError":
        raise OperationalError("ask", {}, Exception("the database went away"))
    raise getattr(wrong, name)("some reason")


@access.api
def _api() -> Response:
    return jsonify(json_body())


@access.hook
def _hook() -> Response:
    return jsonify(json_body())


@access.staff(Role.AGENT)
def _for_agents() -> str:
    return "for agents"


@access.finance
def _for_finance() -> str:
    return "for finance"


def _unmarked() -> str:
    return "nobody should read this"


def probe_views() -> Blueprint:
    """Give the views, to register them on an application."""
    probes = Blueprint("probes", __name__)
    probes.add_url_rule("/probe/keep", "keep", _keep, methods=["GET", "POST"])
    probes.add_url_rule("/probe/say", "say", _say, methods=["GET", "POST"])
    probes.add_url_rule("/probe/photos", "photos", _photos, methods=["POST"])
    probes.add_url_rule("/probe/break", "break", _break)
    probes.add_url_rule("/staff/probe/break", "staff_break", _break)
    probes.add_url_rule("/probe/unmarked", "unmarked", _unmarked)
    probes.add_url_rule("/probe/agents", "agents", _for_agents)
    probes.add_url_rule("/staff/probe", "staff_probe", _for_agents)
    probes.add_url_rule("/finance/probe", "finance_probe", _for_finance)
    probes.add_url_rule("/api/probe", "api", _api, methods=["POST"])
    probes.add_url_rule("/hooks/probe", "hook", _hook, methods=["POST"])
    return probes


@pytest.fixture(scope="module")
def probe_app(worker_database_url: str, web_clock: Clock) -> Iterator[Flask]:
    """Build the portal with these views."""
    built = build_app(worker_database_url, web_clock)
    built.register_blueprint(probe_views())
    yield built
    close_app(built)


@pytest.fixture
def probe(probe_app: Flask, database_url: str, clock: Clock) -> FlaskClient:
    """Give a browser that may visit these views."""
    return probe_app.test_client()
