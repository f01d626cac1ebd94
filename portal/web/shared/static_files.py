"""Files that never change under their address: the address holds a hash of the content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask

_DIGITS = 12


def add_static_hashes(app: Flask) -> None:
    """Add ``v=<hash>`` to every address of a static file."""
    folder = Path(app.static_folder or "")

    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            digest = _digest(folder / values["filename"])
            if digest:
                values["v"] = digest

    app.url_defaults(add_hash)


def _digest(path: Path) -> str | None:
    return _digest_of(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=256)
def _digest_of(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
