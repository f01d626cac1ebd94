"""Addresses: of files that never change under theirs, because it holds a hash of the content; and of fixed pages."""

import hashlib
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.globals import request_ctx

_DIGITS = 12
_MOST_ADDRESSES = 512
# Our own public names are written alike in an address and outside of one.
_A_REF = "REF-0000000000"
_PLAIN_REF = re.compile(r"[A-Z]{3}-[A-Z0-9]{4,20}")


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
    """Give templates a ``url_for`` that builds each fixed address once, and each that holds a ref but for the ref."""

    @lru_cache(maxsize=_MOST_ADDRESSES)
    def fixed(_root: str, endpoint: str, filename: str | None) -> str:
        return app.url_for(endpoint) if filename is None else app.url_for(endpoint, filename=filename)

    @lru_cache(maxsize=_MOST_ADDRESSES)
    def around_ref(_root: str, endpoint: str) -> tuple[str, str]:
        before, _, after = app.url_for(endpoint, ref=_A_REF).partition(_A_REF)
        return before, after

    def url_for(endpoint: str, **given: object) -> str:
        values: dict[str, Any] = given
        adapter = request_ctx.url_adapter
        if adapter is None:
            return app.url_for(endpoint, **values)
        if not values or (endpoint == "static" and values.keys() == {"filename"}):
            return fixed(adapter.script_name, endpoint, values.get("filename"))
        if values.keys() == {"ref"} and _PLAIN_REF.fullmatch(str(values["ref"])):
            before, after = around_ref(adapter.script_name, endpoint)
            return f"{before}{values['ref']}{after}"
        return app.url_for(endpoint, **values)

    return url_for


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS] if path.is_file() else None
