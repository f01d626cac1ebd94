"""Bytes that no browser sends, to the server itself: one reading of a message's length, and no thread held for long."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest

from tests.support.running import Running

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + SMUGGLED
HEADERS = {
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n",
    "a length of two": b"Content-Length: 5, 6\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "chunks in other words": b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
    "a blank before the colon": b"Content-Length : 5\r\n",
    "a folded header": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
}


def spoken(running: Running, message: bytes) -> bytes:
    """Send bytes and read all that comes back until the server closes or says nothing for a second."""
    at = urlsplit(running.url)
    with closing(socket.create_connection((at.hostname or "", at.port or 80), timeout=5)) as line:
        line.sendall(message)
        return b"".join(_pieces(line))


def _pieces(line: socket.socket) -> Iterator[bytes]:
    line.settimeout(1)
    try:
        while piece := line.recv(65_536):
            yield piece
    except (TimeoutError, ConnectionResetError):
        return


@pytest.mark.proves("input 66")
@pytest.mark.parametrize("which", HEADERS)
def test_a_message_whose_length_can_be_read_in_two_ways_is_refused_and_hides_no_other(running: Running, which: str):
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    answer = spoken(running, head + HEADERS[which] + b"\r\n" + CHUNKED)

    status = int(answer.split(b" ", 2)[1])
    assert 400 <= status < 500 or status == 501
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.proves("input 61")
def test_uploads_that_trickle_keep_nobody_from_a_page_and_leave_nothing(running: Running):
    at = urlsplit(running.url)
    head = (
        b"POST /claims/CLM-ACDEFGH/photos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    )
    before = running.rows("SELECT count(*) FROM evidence")[0][0]

    with ExitStack() as slow:
        for _ in range(6):
            line = slow.enter_context(closing(socket.create_connection((at.hostname or "", at.port or 80), timeout=5)))
            line.sendall(head)
        began = time.monotonic()
        answers = [
            spoken(running, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n") for _ in range(3)
        ]
        waited = time.monotonic() - began

    assert all(b" 200 " in answer for answer in answers)
    assert waited < 10
    assert running.rows("SELECT count(*) FROM evidence")[0][0] == before
    assert b" 200 " in spoken(running, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
