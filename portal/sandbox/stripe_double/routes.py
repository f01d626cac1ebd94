"""The URL table of the double: every endpoint under /v1, and nothing of the sandbox's own there."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from portal.sandbox.stripe_double import payments, readings, refunds
from portal.sandbox.stripe_double.calls import Endpoint, endpoint_name
from portal.sandbox.stripe_double.desk import Asked, Desk, Dropped
from portal.sandbox.wire import cut_answer, drop_connection

ENDPOINTS = (*payments.ENDPOINTS, *refunds.ENDPOINTS, *readings.ENDPOINTS)


def make_blueprint(desk: Desk) -> Blueprint:
    """Make the blueprint that serves the endpoints."""
    blueprint = Blueprint("stripe_double", __name__)
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            endpoint.rule,
            endpoint=endpoint_name(endpoint),
            view_func=_view(desk, endpoint),
            methods=[endpoint.method],
        )
    blueprint.add_url_rule("/v1/<path:rest>", "unknown", _unknown, methods=["GET", "POST", "DELETE"])
    return blueprint


def _view(desk: Desk, endpoint: Endpoint) -> Callable[..., Response]:
    def view(object_id: str = "") -> Response:
        given = request.query_string if request.method == "GET" else request.get_data()
        asked = Asked(request.method, request.path, object_id, given.decode("utf-8", "replace"), dict(request.headers))
        try:
            reply = desk.serve(endpoint, asked)
        except Dropped as cut:
            return drop_connection(reset=cut.reset)
        if reply.cut:
            return cut_answer(reply.body.encode(), reply.headers, reply.status)
        return Response(reply.body, reply.status, reply.headers)

    return view


def _unknown(rest: str) -> tuple[dict[str, dict[str, str]], int]:
    message = f"Unrecognized request URL ({request.method}: /v1/{rest})."
    return {"error": {"message": message, "type": "invalid_request_error"}}, 404
