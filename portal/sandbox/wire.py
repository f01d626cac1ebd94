"""The socket below a request, for the faults that cut it."""

import socket

from flask import Response, request


def drop_connection() -> Response:
    """Cut the caller's connection without an answer, as a broken network would."""
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=502)
