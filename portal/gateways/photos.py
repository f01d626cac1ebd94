"""Make an uploaded picture safe to keep: decoded, turned upright, stripped and written anew, in a child process.

Nothing of the upload survives but its pixels: no metadata, no place, no second file hidden behind the first.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.domain.errors import BadPicture

LARGEST_BYTES = 10 * 1024 * 1024
MEDIA_TYPE = "image/jpeg"
_CHILD = Path(__file__).with_name("photo_child.py")
_PATIENCE_SECONDS = 20
_REASONS = frozenset({"not_a_photo", "too_many_pixels"})


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo as we keep it; the sha256 is the kept content's, so that the same upload twice has the same one."""

    content: bytes
    media_type: str
    width: int
    height: int
    sha256: str


def clean_photo(content: bytes) -> CleanPhoto:
    """Decode JPEG, PNG or WEBP and write it anew as JPEG; raise BadPicture with a reason.

    Reasons: empty, too_large (over 10 MiB), too_many_pixels (over 50 million), not_a_photo. The work is done in a
    child with limits on memory and time, so a bomb costs a process and not the service (reliability.md, Uploads).
    """
    if not content:
        raise BadPicture("empty")
    if len(content) > LARGEST_BYTES:
        raise BadPicture("too_large")
    header, _, pixels = _in_child(content).partition(b"\n")
    told = json.loads(header)
    return CleanPhoto(
        content=pixels,
        media_type=MEDIA_TYPE,
        width=told["width"],
        height=told["height"],
        sha256=hashlib.sha256(pixels).hexdigest(),
    )


def _in_child(content: bytes) -> bytes:
    # -I keeps the environment and the current folder out of the child's imports.
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as failure:
        raise BadPicture("not_a_photo") from failure
    if done.returncode == 0 and done.stdout:
        return done.stdout
    reason = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    raise BadPicture(reason if reason in _REASONS else "not_a_photo")
