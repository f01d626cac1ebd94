"""The child that decodes one picture: bytes in, a line of JSON and a clean JPEG out, a reason on stderr else.

It runs alone (``python -I photo_child.py``), imports nothing of ours, and dies where it wants too much.
"""

import json
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageFile

_FORMATS = ("JPEG", "PNG", "WEBP")
_MAX_PIXELS = 50_000_000
_LONGEST_SIDE = 2560
_QUALITY = 85
_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 10
_WHITE = (255, 255, 255)
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I"})


class TooManyPixels(ValueError):
    """The picture says it is larger than we decode."""


def main() -> int:
    """Clean what comes on stdin."""
    _limit()
    try:
        photo = _clean(sys.stdin.buffer.read())
    except (TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning):
        sys.stderr.write("too_many_pixels\n")
        return 2
    except (OSError, ValueError, SyntaxError, MemoryError, TypeError, KeyError, IndexError, EOFError, OverflowError):
        # What a broken file raises depends on the decoder; to us each of them means the same.
        sys.stderr.write("not_a_photo\n")
        return 3
    told = json.dumps({"width": photo.width, "height": photo.height}).encode()
    sys.stdout.buffer.write(told + b"\n" + _written(photo))
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def _clean(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            raise TooManyPixels
        turn = _turn_of(opened)
        # A JPEG decoder can leave out what we would throw away; it never goes below the size asked for.
        opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        opened.load()
        plain = _eight_bit(opened)
    # Made smaller first, so that every later step holds the small picture only.
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    flat = _on_white(plain)
    upright = flat if turn is None else flat.transpose(turn)
    # Only the pixels go on: a new picture has no EXIF, no profile, no comments.
    bare = Image.new("RGB", upright.size, _WHITE)
    bare.paste(upright)
    return bare


def _turn_of(opened: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError):
        # The pixels are good and only the note on how to turn them is broken: shown as it lies.
        sys.stderr.write("exif_broken\n")
        return None


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode in _SIXTEEN_BIT:
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("P", "PA", "1") or "transparency" in picture.info:
        return picture.convert("RGBA" if picture.mode == "PA" or "transparency" in picture.info else "RGB")
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA"):
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (*_WHITE, 255))
        return Image.alpha_composite(ground, layered).convert("RGB")
    return picture.convert("RGB")


def _written(photo: Image.Image) -> bytes:
    out = BytesIO()
    photo.save(out, "JPEG", quality=_QUALITY, optimize=False, progressive=False)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
