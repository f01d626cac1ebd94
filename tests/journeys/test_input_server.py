"""Bytes that no browser sends, to the server itself: one reading of a message's length, and no thread lost for good."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import pytest

from portal.domain.problems import Problem
from portal.domain.refs import new_ref, new_secret
from portal.services.keep_browser_session import CUSTOMER_ENDS, begin_session
from portal.services.report_problem import Report, ReportedLine, report_problem
from tests.support.running import Running

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + SMUGGLED
HEADERS = {
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "chunks behind a tab and a length": b"Transfer-Encoding: \tchunked\r\nContent-Length: 5\r\n",
    "chunks that are none and a length": b"Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n",
    "a length of two": b"Content-Length: 5, 6\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "chunks in other words": b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
    "a blank before the colon": b"Content-Length : 5\r\n",
    "a folded header": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
}
PATIENCE_SECONDS = 30
# At least two processes of eight threads each, and at most four.
FEWER_THAN_A_PROCESS_HAS, MORE_THAN_ALL_HAVE = 7, 40


def opened(running: Running) -> socket.socket:
    at = urlsplit(running.url)
    return socket.create_connection((at.hostname or "", at.port or 80), timeout=PATIENCE_SECONDS)


def spoken(running: Running, message: bytes) -> bytes:
    """Send bytes and read all that comes back until the server closes; one that does not is too slow."""
    with closing(opened(running)) as line:
        line.sendall(message)
        return b"".join(_pieces(line))


def _pieces(line: socket.socket) -> Iterator[bytes]:
    try:
        while piece := line.recv(65_536):
            yield piece
    except ConnectionResetError:
        # It closed without having read what came after the message that it refused.
        return


@pytest.mark.proves("input 66")
@pytest.mark.parametrize("which", HEADERS)
def test_a_message_whose_length_can_be_read_in_two_ways_is_refused_and_hides_no_other(running: Running, which: str):
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    answer = spoken(running, head + HEADERS[which] + b"\r\n" + CHUNKED)

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 "))
    assert answer.count(b"HTTP/1.1 ") == 1


def a_claim(running: Running) -> tuple[str, bytes]:
    """Report a problem with an order that no journey speaks of; give the claim's address, and who asks."""
    asked = """
        SELECT order_number, customer_id FROM orders WHERE status = 'delivered' AND order_number > 'AURORA-1100'
          AND NOT EXISTS (SELECT FROM claims WHERE order_id = orders.id) ORDER BY order_number LIMIT 1
    """
    order, token = running.rows(asked)[0], new_secret()
    lines = (ReportedLine(1, 1, Problem.DAMAGED),)
    reported = Report(
        order_number=order.order_number, client_key=new_ref("key", 12), lines=lines, words="", locale="en"
    )
    with running.toolkit() as toolkit:
        ref = report_problem(toolkit, customer_id=order.customer_id, reported=reported)
        begin_session(
            toolkit,
            token=token,
            subject=f"customer:{order.customer_id}",
            held={"locale": "en"},
            ends=CUSTOMER_ENDS,
            instead_of=None,
        )
    return f"/claims/{ref}", b"Host: 127.0.0.1\r\nCookie: amends=" + token.encode() + b"\r\n"


@contextmanager
def uploads(running: Running, path: str, known_by: bytes, count: int) -> Iterator[None]:
    """Begin so many uploads of a photo, each a byte at a time; they stop half way where the block ends."""
    head = f"POST {path}/photos HTTP/1.1\r\n".encode() + known_by + b"Content-Length: 5000000\r\n"
    head += b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    photo = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n\xff\xd8\xff\xe0'
    with ExitStack() as slow:
        lines = [slow.enter_context(closing(opened(running))) for _ in range(count)]
        for line in lines:
            line.sendall(head + photo)
        for _ in range(10):
            time.sleep(0.1)
            for line in lines:
                line.sendall(b"x")
        yield


@pytest.mark.proves("input 61")
def test_uploads_that_trickle_and_stop_half_way_give_their_threads_back_and_leave_nothing(running: Running):
    path, known_by = a_claim(running)
    page = f"GET {path} HTTP/1.1\r\n".encode() + known_by + b"Connection: close\r\n\r\n"
    photos = running.config.photo_folder
    before = sorted(photos.iterdir())

    with uploads(running, path, known_by, FEWER_THAN_A_PROCESS_HAS):
        meanwhile = [spoken(running, page) for _ in range(4)]
    with uploads(running, path, known_by, MORE_THAN_ALL_HAVE):
        pass
    after = [spoken(running, page) for _ in range(4)]

    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in (*meanwhile, *after))
    assert sorted(photos.iterdir()) == before
    kept = "SELECT count(*) FROM evidence e JOIN claims c ON c.id = e.claim_id WHERE c.ref = %(ref)s"
    assert running.rows(kept, {"ref": path.rpartition("/")[2]})[0][0] == 0
