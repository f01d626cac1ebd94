"""What only the real server in front of the portal can refuse."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.support.running import Running

BOTH = (
    b"POST /sign-in HTTP/1.1\r\nHost: %(host)b\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 4\r\nTransfer-Encoding: %(encoding)b\r\n\r\n"
    b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: %(host)b\r\n\r\n"
)


@pytest.mark.proves("input 66")
@pytest.mark.parametrize("encoding", [b"chunked", b"\tchunked", b"xchunked", b"chunked, identity"])
def test_a_request_that_says_its_length_twice_is_refused_and_hides_no_other(running: Running, encoding: bytes):
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as client:
        client.sendall(BOTH % {b"host": address.netloc.encode(), b"encoding": encoding})
        answer = b"".join(iter(lambda: client.recv(65_536), b""))

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 "))
    assert answer.count(b"HTTP/1.1 ") == 1
