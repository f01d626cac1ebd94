"""Addresses: of files that never change under theirs, because it holds a hash of the content; and of fixed pages."""

import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.globals import request_ctx

_DIGITS = 12
_MOST_ADDRESSES = 512


def add_static_hashes(app: Flask) -> None:
    """Add ``v=<hash>`` to every address of a static file, and remember addresses that are the same for everybody."""
    folder = Path(app.static_folder or "")
    digest_of = cache(_digest)

    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            digest = digest_of(folder / values["filename"])
            if digest:
                values["v"] = digest

    app.url_defaults(add_hash)
    app.jinja_env.globals["url_for"] = _remembering(app)


def _remembering(app: Flask) -> Callable[..., str]:
    """Give templates a ``url_for`` that builds each fixed address once; one template asks for dozens."""

    @lru_cache(maxsize=_MOST_ADDRESSES)
    def fixed(_root: str, endpoint: str, filename: str | None) -> str:
        return app.url_for(endpoint) if filename is None else app.url_for(endpoint, filename=filename)

    def url_for(endpoint: str, **given: object) -> str:
        values: dict[str, Any] = given
        adapter = request_ctx.url_adapter
        if adapter is None or (values and (endpoint != "static" or values.keys() != {"filename"})):
            return app.url_for(endpoint, **values)
        return fixed(adapter.script_name, endpoint, values.get("filename"))

    return url_for


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS] if path.is_file() else None
