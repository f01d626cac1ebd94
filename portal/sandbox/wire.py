"""The wire below an answer, for the faults that cut it."""

import errno
import socket
import struct
from collections.abc import Iterator

from flask import Response, request

_RESET_AT_ONCE = struct.pack("ii", 1, 0)


def drop_connection(*, reset: bool = False) -> Response:
    """Cut the caller's connection without an answer, as a broken network would: closed, or reset."""
    connection = request.environ.get("gunicorn.socket")
    if reset and isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
        connection.close()
    return Response(_cut(b""), 502)


def cut_answer(body: bytes, headers: dict[str, str], status: int) -> Response:
    """Announce a whole answer, send half of it, and cut the connection."""
    answer = Response(_cut(body[: len(body) // 2]), status, headers)
    answer.content_length = len(body)
    return answer


def _cut(first: bytes) -> Iterator[bytes]:
    if first:
        yield first
    # The server takes this for a caller that left, and closes the connection without a word.
    raise ConnectionResetError(errno.ECONNRESET, "cut by the fault script")
