"""A light HTTP/1.1 client: raw requests over kept connections, and of every answer only what a bench must look at.

A library for HTTP would take more of the two cores than the page that it asks for.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation:\s*([^\r]+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection:\s*close", re.IGNORECASE)
_NO_BODY = frozenset({204, 304})


class Dropped(Exception):
    """The other end closed a connection before it answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. location is the path that a redirect names."""

    status: int
    body: bytes
    location: str


class _Connection(asyncio.Protocol):
    """One kept connection: one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.WriteTransport | None = None
        self.is_open = False
        self.used = False
        self._buffer = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self._body_at = self._ends_at = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self.transport = transport
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Dropped(str(exc or "closed")))

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        """Send a request; its answer comes through what is given back."""
        self._buffer.clear()
        self._body_at = self._ends_at = 0
        self._waiting = asyncio.get_running_loop().create_future()
        if self.transport is not None:
            self.transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._body_at:
            self._read_head()
        if self._body_at and len(self._buffer) >= self._ends_at:
            self._finish()

    def _read_head(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        self._body_at = end + 4
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None and int(self._buffer[9:12]) not in _NO_BODY:
            raise ValueError("the bench reads only answers that tell their length")
        self._ends_at = self._body_at + (int(length.group(1)) if length else 0)

    def _finish(self) -> None:
        location = _LOCATION.search(self._buffer, 0, self._body_at)
        if _CLOSES.search(self._buffer, 0, self._body_at) and self.transport is not None:
            self.is_open = False
            self.transport.close()
        answer = Answer(
            int(self._buffer[9:12]),
            bytes(self._buffer[self._body_at : self._ends_at]),
            location.group(1).decode() if location else "",
        )
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)


class Wire:
    """Connections to one server. A kept one that was dropped is replaced, once for a request, and counted."""

    def __init__(self, port: int) -> None:
        """Know the port; connections are opened as they are needed."""
        self._port = port
        self._idle: list[_Connection] = []
        self.dropped = 0
        self.opened = 0

    async def get(self, path: str, cookie: str = "") -> Answer:
        """Ask for a page."""
        return await self._send(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{_cookie(cookie)}\r\n".encode())

    async def post(self, path: str, body: bytes, cookie: str = "") -> Answer:
        """Send a form."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{_cookie(cookie)}"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._send(head.encode() + body)

    async def post_json(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send JSON with headers of its own."""
        own = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{own}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._send(head.encode() + body)

    def close(self) -> None:
        """Close every connection that is idle."""
        for connection in self._idle:
            if connection.transport is not None:
                connection.transport.close()
        self._idle.clear()

    async def _send(self, request: bytes) -> Answer:
        connection = await self._free()
        try:
            answer = await connection.ask(request)
        except Dropped:
            if not connection.used:
                raise
            self.dropped += 1
            connection = await self._open()
            answer = await connection.ask(request)
        connection.used = True
        if connection.is_open:
            self._idle.append(connection)
        return answer

    async def _free(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return await self._open()

    async def _open(self) -> _Connection:
        self.opened += 1
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, HOST, self._port)
        return connection


def _cookie(cookie: str) -> str:
    return f"Cookie: {cookie}\r\n" if cookie else ""
