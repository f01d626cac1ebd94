"""Photos: asked for after the apology, taken in clean, and shown to nobody but their owner."""

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal.domain.problems import Problem
from portal.services.add_photos import MOST_PHOTOS
from tests.support.builders import ParcelMade, a_line
from tests.support.customer_front import Front, token_of
from tests.support.page import Page
from tests.support.web import rows


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


@pytest.fixture
def page(front: Front) -> Page:
    order = front.an_order(lines=[a_line(title="Espresso machine", price=45_000)])
    return front.owner(order).get(f"/claims/{front.a_claim(order, Problem.DAMAGED)}")


def a_picture(colour: str = "red", kind: str = "JPEG", **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, kind, **more)
    return made.getvalue()


def sent(page: Page, *files: tuple[bytes, str], status: int = 200) -> Page:
    photos = [(io.BytesIO(content), name) for content, name in files]
    data = {**token_of(page.visitor), "version": "1", "photos": photos}
    return page.visitor.post(f"{page.path}/photos", data, status=status)


def test_what_can_be_chosen_stands_there_before_the_photo_and_cannot_be_taken_yet(front: Front, page: Page):
    offer = front.claim(page.path.rpartition("/")[2]).lines[0].offers[0].ref

    refused = page.visitor.post(
        f"{page.path}/accept", {**token_of(page.visitor), "version": "1", "line_1": offer}, status=409
    )

    assert "As soon as it is here, you choose" in page.text
    assert "A photo of the damage shows our packers what happened" in page.text
    assert "cannot be taken any more" in refused.text


def test_a_photo_opens_the_choice(page: Page):
    after = sent(page, (a_picture(), "kitchen.jpg"))

    assert "Could you show us?" not in after.text
    assert "Give me R$460.00 back" in after.text


def test_a_bad_file_is_named_and_the_good_ones_are_kept(front: Front, page: Page):
    after = sent(
        page,
        (a_picture(), "good.jpg"),
        (b"<svg onload=alert(1)>", "drawing <b>.svg"),
        (b"", "empty.jpg"),
        (b"GIF89a" + b"\x00" * 40, "x.gif"),
        status=422,
    )

    assert "“drawing <b>.svg” is no photo that we can read." in after.text
    assert "“empty.jpg” reached us empty." in after.text
    assert len(rows(front.app, "SELECT 1 FROM evidence")) == 1


@pytest.mark.proves("input 54", "input 56")
@pytest.mark.parametrize("content", [b"<html>", b"%PDF-1.7", b"\xff\xd8\xff", a_picture()[:200], b"PK\x03\x04"])
def test_what_is_no_photo_is_refused_kindly_rel_54_56(front: Front, page: Page, content: bytes):
    after = sent(page, (content, "photo.jpg"), status=422)

    assert "“photo.jpg” is no photo that we can read." in after.text
    assert rows(front.app, "SELECT 1 FROM evidence") == []


def test_no_file_at_all_is_asked_for(page: Page):
    assert "Please choose a photo first." in sent(page, status=422).text


@pytest.mark.proves("input 58")
@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "x" * 300 + ".jpg", "a.php.jpg", "日本.jpg", "..."])
def test_a_name_of_any_kind_is_never_used_rel_58(front: Front, page: Page, name: str):
    sent(page, (a_picture(), name))

    ((ref,),) = rows(front.app, "SELECT ref FROM evidence")
    assert ref.startswith("PHO-")


@pytest.mark.proves("input 59")
def test_the_eleventh_photo_does_not_fit_and_the_ten_are_kept_rel_59(front: Front, page: Page):
    colours = ["#%06x" % (number * 999_983 % 0xFFFFFF) for number in range(MOST_PHOTOS + 1)]

    after = sent(page, *((a_picture(colour), f"{colour}.jpg") for colour in colours), status=422)

    assert "At most 10 photos fit here." in after.text
    assert len(rows(front.app, "SELECT 1 FROM evidence")) == MOST_PHOTOS


@pytest.mark.proves("input 52")
def test_eleven_megabytes_are_refused_and_named_rel_52(front: Front, page: Page):
    after = sent(page, (b"\xff\xd8\xff" + b"x" * 11_000_000, "huge.jpg"), status=422)
    # Werkzeug's test client leaves the file in which it wrote so large a form to the collector.
    after.answer.request.environ["wsgi.input"].close()

    assert "“huge.jpg” is larger than 10 MB." in after.text


@pytest.mark.proves("input 52")
def test_more_than_all_photos_together_may_weigh_is_refused_unread(page: Page):
    answer = page.visitor.client.post(
        f"{page.path}/photos",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "200000000"},
    )

    assert answer.status_code == 413


def test_the_same_photo_twice_is_kept_once(front: Front, page: Page):
    sent(page, (a_picture(), "one.jpg"), (a_picture(), "two.jpg"))

    assert len(rows(front.app, "SELECT 1 FROM evidence")) == 1


@pytest.mark.proves("input 57")
def test_where_it_was_taken_is_gone_from_what_is_shown_rel_57(page: Page):
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores 12"
    after = sent(page, (a_picture(exif=exif.tobytes()), "home.jpg"))
    address = next(one.get("src") for one in after.document.iter("img") if "/photos/" in (one.get("src") or ""))

    shown = page.visitor.client.get(address)

    assert shown.mimetype == "image/jpeg"
    assert b"Flores" not in shown.data
    assert not Image.open(io.BytesIO(shown.data)).getexif()


@pytest.mark.proves("P5")
def test_a_photo_is_shut_in_tightly_and_shown_to_its_owner_only(front: Front, page: Page):
    after = sent(page, (a_picture(), "one.jpg"))
    address = next(one.get("src") for one in after.document.iter("img") if "/photos/" in (one.get("src") or ""))

    shown = page.visitor.client.get(address)
    stranger = front.visitor(front.a_customer())

    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"].startswith("private")
    assert stranger.client.get(address).status_code == 404


def test_a_photo_of_another_claim_of_mine_is_not_found_under_this_one(front: Front, page: Page):
    sent(page, (a_picture(), "one.jpg"))
    ((ref,),) = rows(front.app, "SELECT ref FROM evidence")

    assert page.visitor.client.get(f"/claims/CLM-OTHER/photos/{ref}").status_code == 404


def test_after_a_no_that_a_photo_may_turn_it_is_asked_for(front: Front):
    long_ago = ParcelMade(handed_over=-798, promised=-780, delivered=-790)
    order = front.an_order(placed_days_ago=800, parcels={"1": long_ago})
    page = front.owner(order).get(f"/claims/{front.a_claim(order, Problem.DAMAGED)}")

    after = sent(page, (a_picture(), "one.jpg"))
    asked = after.submit("Ask again", words="Here it is.")

    assert "add a photo to your report, and a person looks at it again" in page.text
    assert "Send the photos" not in after.text
    assert "A person answers you by " in asked.text
