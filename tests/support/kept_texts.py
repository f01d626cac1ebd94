"""Facts as COPY writes parts of them, for tests of what reads them without a database."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.analysis.replay.columns import FactColumns
from portal.analysis.replay.kept_texts import Path, Reading, columns_from

_ESCAPED = re.compile(rb"[\\\b\f\n\r\t\v]")
_ESCAPES = {b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t", b"\v": b"\\v"}


def columns_of(documents: Sequence[Mapping[str, Any]], reading: Reading) -> FactColumns:
    """Make columns of documents of facts, by way of the texts that PostgreSQL would give."""
    parts = {path: [_text(_found(one, path)) for one in documents] for path in reading.paths}
    recorded = {name: [b"t" if name in one else b"f" for one in documents] for name in reading.whether}
    return columns_from(reading, parts, recorded, [one["line_value"]["currency"].encode() for one in documents])


def _found(document: Mapping[str, Any], path: Path) -> Any:
    found: Any = document
    for name in path:
        found = None if found is None else found.get(name)
    return found


def _text(value: Any) -> bytes:
    if value is None:
        return b"\\N"
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], said.encode())
