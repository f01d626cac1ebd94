"""No room for a photo: the customer is told to come again, in words, and nothing of it is kept."""

import errno
import io

import pytest
from flask import Flask
from PIL import Image

from portal.domain.problems import Problem
from tests.support.builders import a_line
from tests.support.customer_front import Front, token_of
from tests.support.web import rows


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
    assert rows(app, "SELECT count(*) FROM evidence")[0][0] == 0
