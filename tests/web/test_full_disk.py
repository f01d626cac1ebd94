"""No room for a photo: the customer is told to come again, in words. No room for the log: nothing else fails."""

import contextlib
import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from flask import Flask
from PIL import Image

from portal.domain.problems import Problem
from portal.domain.troubles import TroubleKind
from portal.services.open_trouble import tell_of_trouble
from tests.support.builders import a_line
from tests.support.customer_front import Front, fields, token_of
from tests.support.invariants import assert_all_hold
from tests.support.web import rows, toolkit_of

_TOLD = "SELECT kind, closed_by FROM troubles"


@dataclass
class Disk:
    """A place for photos with room for them."""

    kept: dict[str, bytes]

    def put(self, name: str, content: bytes) -> None:
        self.kept[name] = content

    def get(self, name: str) -> bytes:
        return self.kept[name]


class FullDisk:
    """A place for photos that has no room left."""

    def put(self, name: str, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def get(self, name: str) -> bytes:
        raise FileNotFoundError(name)


@pytest.mark.proves("fault 45")
def test_without_room_for_a_photo_the_customer_is_asked_to_come_again(app: Flask, monkeypatch: pytest.MonkeyPatch):
    front = Front(app)
    order = front.an_order(lines=[a_line(title="Espresso machine", price=45_000)])
    page = front.owner(order).get(f"/claims/{front.a_claim(order, Problem.DAMAGED)}")
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(picture, "JPEG")
    monkeypatch.setitem(app.extensions, "photos", FullDisk())
    data = {**token_of(page.visitor), "version": "1", "photos": [(io.BytesIO(picture.getvalue()), "a.jpg")]}

    answer = page.visitor.post(f"{page.path}/photos", data, status=503)

    assert answer.heading
    assert answer.answer.headers["Retry-After"] == "10"
    assert rows(app, "SELECT count(*) FROM evidence")[0][0] == 0
    assert rows(app, _TOLD) == [("photos_away", None)]
    monkeypatch.setitem(app.extensions, "photos", Disk({}))
    page.visitor.post(f"{page.path}/photos", {**data, "photos": [(io.BytesIO(picture.getvalue()), "a.jpg")]})
    assert rows(app, "SELECT count(*) FROM evidence")[0][0] == 1
    assert rows(app, _TOLD) == [("photos_away", "system:worker")]


@pytest.fixture(autouse=True)
def all_holds_afterwards(app: Flask) -> Iterator[None]:
    """Check everything once there is room again."""
    yield
    assert_all_hold(toolkit_of(app))


@contextmanager
def full_log() -> Iterator[TextIO]:
    """Let standard error lead to a disk that is full, by the kernel's own device for it."""
    # What found no room is tried once more as it is closed, and finds none then either.
    with (
        contextlib.suppress(OSError),
        Path("/dev/full").open("w", encoding="utf-8") as full,
        contextlib.redirect_stderr(full),
    ):
        yield full


@pytest.mark.proves("fault 45")
def test_without_room_for_the_log_a_report_is_taken_and_a_person_is_told(app: Flask):
    front = Front(app)
    order = front.an_order(lines=[a_line(title="Espresso machine", price=45_000)])
    page = front.owner(order).get(f"/orders/{order.number}/report")

    with full_log() as log:
        with pytest.raises(OSError, match="No space left on device"):
            log.write("x" * 100_000)
        landed = page.submit("Tell us", words="The lid is broken.", **fields({"line_1-problem": "damaged"}))
        new = tell_of_trouble(toolkit_of(app), TroubleKind.LATE_FAILURE, subject="RFD-1")

    assert (landed.answer.status_code, new) == (200, True)
    assert rows(app, "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM troubles)") == [(1, 1)]


@pytest.mark.proves("fault 45")
def test_the_first_line_that_finds_room_again_tells_that_some_did_not(app: Flask):
    client, room = app.test_client(), io.StringIO()
    with full_log():
        statuses = {client.get("/").status_code for _ in range(3)}

    with contextlib.redirect_stderr(room):
        statuses |= {client.get("/").status_code for _ in range(2)}

    told = [line for line in room.getvalue().splitlines() if "may be lost" in line]
    assert (statuses, len(told)) == ({200}, 1)
