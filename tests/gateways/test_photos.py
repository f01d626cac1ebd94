"""What a photo cleaner can meet (reliability.md, section 4, items 52 to 62), and the folder that keeps what is left."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.domain.errors import BadPicture, NotFound
from portal.gateways.photo_folder import PhotoFolder
from portal.gateways.photos import LARGEST_BYTES, clean_photo

_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_SCRIPT = b"<script>alert(1)</script>"


def a_picture(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    out = BytesIO()
    picture = Image.new(mode, size)
    picture.paste(Image.linear_gradient("L").resize(size).convert(mode))
    picture.save(out, kind, **more)
    return out.getvalue()


def an_opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content), formats=["JPEG"])
    picture.load()
    return picture


def a_png_that_says(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    packed = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.proves("input 56")
@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_picture_of_every_kind_is_written_anew_as_jpeg(kind: str, mode: str) -> None:
    content = a_picture(kind, "RGB" if mode in ("P", "1", "I;16") else mode)
    if mode in ("P", "1", "I;16"):
        out = BytesIO()
        an_image = Image.open(BytesIO(content)).convert("L" if mode == "I;16" else mode)
        (an_image.convert("I;16") if mode == "I;16" else an_image).save(out, kind)
        content = out.getvalue()

    photo = clean_photo(content)

    picture = an_opened(photo.content)
    assert (picture.mode, picture.size) == ("RGB", (60, 40))
    assert (photo.width, photo.height, photo.media_type) == (60, 40, "image/jpeg")


def test_same_upload_has_the_same_name_to_tell_it_by() -> None:
    content = a_picture()

    assert clean_photo(content).sha256 == clean_photo(content).sha256
    assert clean_photo(content).sha256 != clean_photo(a_picture(size=(61, 40))).sha256


@pytest.mark.proves("input 57")
def test_place_and_maker_are_gone_and_the_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker of phones"
    exif.get_ifd(0x8825)[1] = "S"
    content = a_picture(exif=exif, comment=b"taken at home", icc_profile=b"P" * 3000)

    photo = clean_photo(content)

    picture = an_opened(photo.content)
    assert picture.size == (40, 60)
    assert dict(picture.getexif()) == {}
    assert "icc_profile" not in picture.info
    assert "comment" not in picture.info
    assert b"Maker of phones" not in photo.content


@pytest.mark.proves("input 56")
def test_orientation_that_does_not_exist_is_ignored() -> None:
    exif = Image.Exif()
    exif[0x0112] = 99

    assert clean_photo(a_picture(exif=exif)).width == 60


@pytest.mark.proves("input 56")
def test_broken_exif_does_not_cost_the_customer_the_photo() -> None:
    content = a_picture(exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")

    assert clean_photo(content).width == 60


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (8, (0, 1))],
)
def test_photo_is_turned_as_the_camera_was_held(orientation: int, corner: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    marked = Image.new("RGB", (64, 64), "white")
    marked.paste("black", (0, 0, 32, 32))
    out = BytesIO()
    marked.save(out, "PNG", exif=exif)

    picture = an_opened(clean_photo(out.getvalue()).content).convert("1")

    dark = [(x, y) for x in (0, 1) for y in (0, 1) if picture.getpixel((x * 48 + 8, y * 48 + 8)) == 0]
    assert dark == [corner]


def test_large_photo_is_made_smaller_in_its_own_proportions() -> None:
    photo = clean_photo(a_picture(size=(4000, 3000)))

    assert (photo.width, photo.height) == (2560, 1920)


@pytest.mark.proves("input 54")
@pytest.mark.parametrize(
    "hidden",
    [_SCRIPT, b"PK\x03\x04" + b"zip" * 50, b"%PDF-1.7 " + _SCRIPT],
)
def test_second_file_behind_the_first_does_not_survive(hidden: bytes) -> None:
    photo = clean_photo(a_picture() + hidden)

    assert hidden not in photo.content
    assert _SCRIPT not in photo.content


@pytest.mark.proves("input 54", "input 56")
@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n1 0 obj",
        _EICAR,
        b"GIF89a/*" + a_picture("GIF", "P") + b"*/=1;alert(1)",
        a_picture("GIF", "P"),
        a_picture("TIFF"),
        a_picture("BMP"),
        b"\x00",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        a_picture(size=(600, 400))[:900],
        a_picture("PNG", size=(600, 400))[:300],
        a_picture("WEBP", size=(600, 400))[:100],
        b"A" * 100_000,
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture) as refusal:
        clean_photo(content)

    assert refusal.value.reason == "not_a_photo"


def test_empty_file_is_told_as_empty() -> None:
    with pytest.raises(BadPicture) as refusal:
        clean_photo(b"")

    assert refusal.value.reason == "empty"


def test_file_over_the_limit_is_not_even_opened() -> None:
    with pytest.raises(BadPicture) as refusal:
        clean_photo(a_picture() + b"\0" * LARGEST_BYTES)

    assert refusal.value.reason == "too_large"


@pytest.mark.parametrize("size", [(8000, 6500), (9000, 9000), (100_000, 100_000), (2_000_000_000, 2)])
def test_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(BadPicture) as refusal:
        clean_photo(a_png_that_says(*size))

    assert refusal.value.reason in ("too_many_pixels", "not_a_photo")


def test_photo_is_kept_and_given_back(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path / "photos")
    folder.put("PHO-7QA4K3H.jpg", b"one")
    folder.put("PHO-7QA4K3H.jpg", b"two")

    assert PhotoFolder(tmp_path / "photos").get("PHO-7QA4K3H.jpg") == b"two"
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["PHO-7QA4K3H.jpg"]


@pytest.mark.proves("input 58")
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..",
        ".",
        "",
        "a/b.jpg",
        "a\\b.jpg",
        "/etc/passwd",
        "CON.txt",
        "a.jpg.exe",
        "a.svg",
        "a\0.jpg",
        "a.jpg\n",
        ".hidden",
        "x" * 300,
        "é.jpg",
    ],
)
def test_name_that_is_not_of_our_making_finds_nothing_and_writes_nothing(tmp_path: Path, name: str) -> None:
    folder = PhotoFolder(tmp_path)

    with pytest.raises(NotFound):
        folder.put(name, b"x")
    with pytest.raises(NotFound):
        folder.get(name)
    assert list(tmp_path.iterdir()) == []


def test_photo_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        PhotoFolder(tmp_path).get("PHO-AAAAAAA.jpg")


def test_photos_are_for_us_alone(tmp_path: Path) -> None:
    folder = PhotoFolder(tmp_path / "photos")
    folder.put("PHO-7QA4K3H.jpg", b"one")

    assert (tmp_path / "photos").stat().st_mode & 0o077 == 0
    assert (tmp_path / "photos" / "PHO-7QA4K3H.jpg").stat().st_mode & 0o077 == 0
