"""Gunicorn's worker of threads, which gives up on whoever sends a request slower than anybody's line is.

Its own waits for as long as a byte comes now and then, so a dozen of such senders would hold every thread.
"""

import socket
import struct
import time

from gunicorn.workers.gthread import TConn, ThreadWorker

# Apache's mod_reqtimeout waits 20 seconds too, and on for as long as at least 500 bytes a second come. Over a line of
# 20 kilobytes a second, five times as quick as this asks for, a photo of ten megabytes takes nine minutes.
_GRACE_SECONDS, _SLOWEST = 20.0, 4096


class PatientSocket(socket.socket):
    """A connection that ends, for whoever reads it, when a message comes too slowly."""

    grace_seconds, slowest = _GRACE_SECONDS, _SLOWEST
    _began = 0.0
    _received = 0

    @classmethod
    def instead_of(cls, taken: socket.socket) -> "PatientSocket":
        """Take a connection over; the one given must not be used any more."""
        patient = cls(taken.family, taken.type, taken.proto, fileno=taken.detach())
        seconds, part = divmod(cls.grace_seconds, 1)
        # A sender who falls silent altogether: the kernel ends the wait, so that no read needs a call more.
        patient.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(seconds), int(part * 1e6)))
        return patient

    def begin(self) -> None:
        """Begin to count the time of a message."""
        self._began, self._received = time.monotonic(), 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Read what has come; nothing, as if the sender had left, where it has taken too long so far."""
        try:
            data = super().recv(size, flags)
        except BlockingIOError:
            return b""
        self._received += len(data)
        allowed = self.grace_seconds + self._received / self.slowest
        return data if time.monotonic() - self._began <= allowed else b""


class PatientWorker(ThreadWorker):
    """Reads every request through such a connection."""

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection that a request comes on to a thread."""
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket.instead_of(conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> object:
        """Answer a request. Its time begins only here: while it waited for a thread its sender could do nothing."""
        conn.sock.begin()
        return super().handle(conn)
