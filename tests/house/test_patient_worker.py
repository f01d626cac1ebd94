"""Whoever sends a request too slowly is left, and whoever sends it as slowly as a line can be is not."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from gunicorn.util import load_class
from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.launch import web_process
from portal.launch.patient_worker import PatientSocket, PatientWorker


class Hasty(PatientSocket):
    grace_seconds, slowest = 0.3, 1000


@contextmanager
def sent(pieces: int, size: int, every: float) -> Iterator[PatientSocket]:
    """Let somebody send pieces of a message at a pace, and give the other end."""
    near, far = socket.socketpair()
    stopped = threading.Event()

    def send() -> None:
        for _ in range(pieces):
            if stopped.wait(every):
                return
            far.sendall(b"x" * size)

    sender = threading.Thread(target=send)
    patient = Hasty.instead_of(near)
    patient.begin()
    sender.start()
    try:
        with far, patient:
            yield patient
            stopped.set()
            sender.join(5)
    finally:
        stopped.set()


def read_all(of: PatientSocket, wanted: int) -> tuple[int, float]:
    """Read until so much came or nothing more does; give how much, and how long it took."""
    began, read = time.monotonic(), 0
    while read < wanted and (data := of.recv(8192)):
        read += len(data)
    return read, time.monotonic() - began


@pytest.mark.proves("input 61")
@pytest.mark.parametrize(("pieces", "every"), [(1000, 0.05), (1, 0.0)], ids=["a byte now and then", "silence"])
def test_a_message_that_trickles_or_stops_is_given_up_after_the_grace(pieces: int, every: float):
    with sent(pieces, 1, every) as patient:
        read, seconds = read_all(patient, 5000)

    assert 1 <= read < 100
    assert 0.2 < seconds < 3


def test_a_message_that_comes_as_quickly_as_the_slowest_line_is_read_whole_however_long_that_takes():
    with sent(12, 100, 0.05) as patient:
        read, seconds = read_all(patient, 1200)

    assert read == 1200
    assert seconds > Hasty.grace_seconds


@pytest.mark.proves("input 61")
def test_the_web_reads_every_connection_so(monkeypatch: pytest.MonkeyPatch):
    given: list[TConn] = []
    monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda _worker, conn: given.append(conn))
    worker = load_class(web_process.worker_class)
    near, far = socket.socketpair()
    conn = SimpleNamespace(sock=near)

    for _ in range(2):
        worker.enqueue_req(object.__new__(worker), conn)

    assert worker is PatientWorker
    assert len(given) == 2
    with far, conn.sock as taken:
        assert isinstance(taken, PatientSocket)
        assert taken.grace_seconds == 20
