"""Files that are not what they say, come twice or stop half way, and no place to keep them (input 54 to 62)."""

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.builders import a_line
from tests.support.customer_front import Front, token_of
from tests.support.page import Page, Visitor
from tests.support.web import Clock, build_app, close_app, rows, sign_in_staff

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def a_picture(colour: str | int = "red", kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new(mode, (64, 48), colour).save(made, kind, **more)
    return made.getvalue()


def a_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return made.getvalue()


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def a_page(front: Front) -> Page:
    order = front.an_order(lines=[a_line(title="Espresso machine", price=45_000)])
    return front.owner(order).get(f"/claims/{front.a_claim(order, Problem.DAMAGED)}")


def sent(page: Page, *files: tuple[bytes, str], status: int = 200) -> Page:
    photos = [(io.BytesIO(content), name) for content, name in files]
    return page.visitor.post(f"{page.path}/photos", {**token_of(page.visitor), "photos": photos}, status=status)


def kept(front: Front) -> int:
    return int(rows(front.app, "SELECT count(*) FROM evidence")[0][0])


REFUSED = {
    "an SVG with a script": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": b"<html><script>alert(1)</script></html>",
    "HTML behind the mark of a JPEG": b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "GIF and JavaScript": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
    "a GIF": a_picture(kind="GIF"),
    "a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF",
    "a ZIP": a_zip(),
    "EICAR": EICAR,
    "nothing": b"",
    "half a picture": a_picture()[:200],
    "a TIFF": a_picture(kind="TIFF"),
}


@pytest.mark.proves("input 54", "input 56", "input 62")
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_is_named_and_not_kept(front: Front, what: str):
    page = a_page(front)

    answer = sent(page, (REFUSED[what], "holiday.jpg"), status=422)

    assert "holiday.jpg" in answer.text
    assert kept(front) == 0


@pytest.mark.proves("input 54", "input 62")
@pytest.mark.parametrize("behind", [a_zip(), EICAR, b"<script>alert(1)</script>", b"*/alert(1)//"])
def test_what_hides_behind_a_photo_is_gone_from_what_is_kept(front: Front, behind: bytes):
    page = a_page(front)

    after = sent(page, (a_picture() + behind, "holiday.jpg"))

    shown = next(image.get("src", "") for image in after.document.iter("img") if "/photos/" in image.get("src", ""))
    stored = page.visitor.client.get(shown)
    assert stored.data[:3] == b"\xff\xd8\xff"
    assert behind not in stored.data
    assert stored.headers["Content-Type"] == "image/jpeg"


@pytest.mark.proves("input 56")
@pytest.mark.parametrize(
    "picture",
    [
        a_picture("#123", "JPEG", "CMYK"),
        a_picture(1, "PNG", "I;16"),
        a_picture(kind="JPEG", icc_profile=b"x" * 400_000),
    ],
)
def test_an_odd_picture_is_made_an_ordinary_one_or_refused(front: Front, picture: bytes):
    page = a_page(front)

    answer = page.visitor.client.post(
        f"{page.path}/photos", data={**token_of(page.visitor), "photos": [(io.BytesIO(picture), "odd.jpg")]}
    )

    assert answer.status_code in {303, 422}
    assert kept(front) == (1 if answer.status_code == 303 else 0)


NAMES = [
    "../../etc/passwd",
    "..\\..\\x.jpg",
    "CON",
    "n" * 300 + ".jpg",
    "photo.jpg.html",
    ".jpg",
    "é\u202egpj.exe",
]


@pytest.mark.proves("input 58")
@pytest.mark.parametrize("name", NAMES)
def test_a_photo_gets_a_name_of_our_own(front: Front, name: str):
    page = a_page(front)
    folder = Path(front.app.extensions["config"].photo_folder)
    before = set(folder.iterdir())

    sent(page, (a_picture(), name))

    ((ref,),) = rows(front.app, "SELECT ref FROM evidence")
    assert ref.startswith("PHO-")
    assert set(folder.iterdir()) - before == {folder / ref}


@pytest.mark.proves("input 59")
def test_the_same_photo_on_another_claim_is_told_to_staff(front: Front):
    first, second = a_page(front), a_page(front)
    for page in (first, second):
        sent(page, (a_picture("blue"), "holiday.jpg"))
    agent = Visitor(front.app)
    sign_in_staff(agent.client, Role.AGENT)

    shown = agent.get(f"/staff{second.path}")

    assert f"The same photo is on {first.path.rpartition('/')[2]}" in shown.text
    assert "The same photo" not in second.visitor.get(second.path).text


# The parser lets go of the half that it has without closing it; the collector does, at once.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.proves("input 61")
@pytest.mark.parametrize("cut", [40, 400, 700])
def test_an_upload_that_stops_half_way_keeps_nothing_and_leaves_no_file(front: Front, cut: int):
    page = a_page(front)
    folder = Path(front.app.extensions["config"].photo_folder)
    before = sorted(folder.iterdir())
    token = token_of(page.visitor)["csrf_token"]
    whole = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode()
        + b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
        + a_picture()
        + b"\r\n--b--\r\n"
    )

    answer = page.visitor.client.post(
        f"{page.path}/photos",
        data=whole[:cut],
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": str(len(whole))},
    )

    assert answer.status_code in {400, 422}
    assert kept(front) == 0
    assert sorted(folder.iterdir()) == before


@pytest.mark.proves("fault 46")
def test_where_photos_cannot_be_kept_the_claim_goes_on_in_words(
    worker_database_url: str, database_url: str, clock: Clock, tmp_path: Path
):
    folder = tmp_path / "photos"
    app = build_app(worker_database_url, clock, PORTAL_PHOTO_FOLDER=str(folder))
    front = Front(app)
    page = a_page(front)
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")

    answer = sent(page, (a_picture(), "holiday.jpg"), status=503)
    went_on = answer.submit("Send", words="The handle is broken off.")
    folder.unlink()
    folder.mkdir()
    later = sent(page, (a_picture(), "holiday.jpg"))
    close_app(app)

    assert "We cannot take photos just now." in answer.text
    assert "The handle is broken off." in went_on.text
    assert later.path == page.path
