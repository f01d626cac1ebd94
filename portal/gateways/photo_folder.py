"""Photos in a folder: written whole or not at all, under names of our own making."""

import os
import re
import tempfile
from pathlib import Path

from portal.domain.errors import NotFound

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}(?:\.(?:jpg|png|webp))?")


class PhotoFolder:
    """Keeps photos on a disk as a PhotoStore."""

    def __init__(self, folder: Path) -> None:
        """Know the folder, which is made where it does not exist; only we may look into it."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, name: str, content: bytes) -> None:
        """Keep one clean photo under a name; raise NotFound for a name that is not one of ours (rel-58).

        A full disk raises OSError and leaves nothing behind (fault 45).
        """
        target = self._path(name)
        descriptor, unfinished = tempfile.mkstemp(dir=self._folder, prefix=".unfinished-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(target)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes:
        """Give a photo back; raise NotFound."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as failure:
            raise NotFound(name) from failure

    def remove(self, name: str) -> None:
        """Take a photo out; one that is not there is out already. Raise NotFound for a name that is not ours."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFound("not a photo's name")
        return self._folder / name
