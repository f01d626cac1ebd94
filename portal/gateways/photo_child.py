"""The child that decodes one picture: bytes in, a line of JSON and a clean JPEG out, a reason on stderr else.

It runs alone (``python -I photo_child.py``), imports nothing of ours, and dies where it wants too much.
"""

import json
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

_FORMATS = ("JPEG", "PNG", "WEBP")
_MAX_PIXELS = 50_000_000
_LONGEST_SIDE = 2560
_QUALITY = 85
_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 10
_WHITE = (255, 255, 255)
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
        # A JPEG decoder can leave out what we would throw away; it never goes below the size asked for.
        opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        opened.load()
        flat = _in_rgb(_upright(opened))
    flat.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # Only the pixels go on: a new picture has no EXIF, no profile, no comments.
    bare = Image.new("RGB", flat.size, _WHITE)
    bare.paste(flat)
    return bare


def _upright(opened: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(opened) or opened
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError):
        # The pixels are good and only the note on how to turn them is broken: shown as it lies.
        sys.stderr.write("exif_broken\n")
        return opened


def _in_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in _SIXTEEN_BIT:
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
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
