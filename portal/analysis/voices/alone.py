"""The process that finds themes: JSON in, JSON out. Run as ``python -m portal.analysis.voices.alone``."""

import json
import sys
from dataclasses import asdict, replace
from typing import Any

from portal.analysis.voices.agreement import purity, rand
from portal.analysis.voices.themes import find


def main() -> None:
    """Answer every question."""
    json.dump([_answer(**asked) for asked in json.load(sys.stdin)], sys.stdout)


def _answer(texts: list[list[str]], themes: int, shared_by: int, labels: list[str] | None) -> dict[str, Any]:
    found = find(texts, themes, shared_by)
    if labels:
        found = replace(found, purity=purity(found.of, labels), rand=rand(found.of, labels))
    return asdict(found)


if __name__ == "__main__":
    main()
