"""A TCP proxy between a client and a server that speak HTTP, with one fault of the network on every connection.

The faults are those that toxiproxy has: reset_peer, timeout, limit_data and slicer.
"""

import contextlib
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_RESET = struct.pack("ii", 1, 0)
_CHUNK = 1 << 16
_FAR_SECONDS = 10.0
_SHUT_SECONDS = 0.02
_END_OF_HEAD = b"\r\n\r\n"
# Passes the request on and gives the whole answer.
PassOn = Callable[[], bytes]
Toxic = Callable[[socket.socket, PassOn], None]


def reset_before(near: socket.socket, _pass_on: PassOn) -> None:
    """Reset the connection before anything of the request has gone on."""
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def reset_after(near: socket.socket, pass_on: PassOn) -> None:
    """Let the request through, and reset the connection before the answer."""
    pass_on()
    reset_before(near, pass_on)


def timeout_before(near: socket.socket, _pass_on: PassOn) -> None:
    """Swallow the request, and say nothing for as long as the client waits."""
    with contextlib.suppress(OSError):
        near.recv(1)


def timeout_after(near: socket.socket, pass_on: PassOn) -> None:
    """Let the request through and swallow the answer, for as long as the client waits."""
    pass_on()
    timeout_before(near, pass_on)


def half_head(near: socket.socket, pass_on: PassOn) -> None:
    """End the answer in the middle of its head."""
    head, _, _ = pass_on().partition(_END_OF_HEAD)
    near.sendall(head[: len(head) // 2])


def half_body(near: socket.socket, pass_on: PassOn) -> None:
    """End the answer in the middle of its JSON, of which the head has told the whole length."""
    head, _, body = pass_on().partition(_END_OF_HEAD)
    near.sendall(head + _END_OF_HEAD + body[: len(body) // 2])


def half_body_called_whole(near: socket.socket, pass_on: PassOn) -> None:
    """Give half of the JSON as if it were all: nothing but its own brackets tells."""
    head, _, body = pass_on().partition(_END_OF_HEAD)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    half = body[: len(body) // 2]
    near.sendall(b"\r\n".join([*lines, b"Content-Length: %d" % len(half)]) + _END_OF_HEAD + half)


def no_answer(_near: socket.socket, pass_on: PassOn) -> None:
    """Let the request through, and close in peace without a byte."""
    pass_on()


def sliced(near: socket.socket, pass_on: PassOn) -> None:
    """Give the whole answer byte by byte, each in a packet of its own."""
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in pass_on():
        near.sendall(bytes([byte]))


@contextmanager
def spoiled(host: str, port: int, toxic: Toxic) -> Iterator[str]:
    """Stand between a client and a server until the block ends, and give the address for the client."""

    def serve(near: socket.socket) -> None:
        request = _message(near)
        if request:
            toxic(near, lambda: _answer(host, port, request))

    with _served(serve) as own:
        yield f"http://127.0.0.1:{own}"


@contextmanager
def untrusted(certificate: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Speak TLS with a certificate (and its key) that nobody vouches for; give the address, and all that comes then."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    def serve(near: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(near, server_side=True) as line:
            heard.append(line.recv(_CHUNK))

    with _served(serve) as own:
        yield f"https://127.0.0.1:{own}", heard


@contextmanager
def _served(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                serve(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(_SHUT_SECONDS,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _answer(host: str, port: int, request: bytes) -> bytes:
    with socket.create_connection((host, port), timeout=_FAR_SECONDS) as far:
        far.sendall(request)
        return _message(far)


def _message(line: socket.socket) -> bytes:
    """Read one request or answer, whole."""
    read = b""
    while _END_OF_HEAD not in read:
        chunk = line.recv(_CHUNK)
        if not chunk:
            return read
        read += chunk
    head, _, body = read.partition(_END_OF_HEAD)
    length = _length(head)
    while len(body) < length:
        body += line.recv(_CHUNK)
    return head + _END_OF_HEAD + body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
