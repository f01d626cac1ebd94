"""Find themes in a process of its own: scikit-learn takes three seconds and 100 MB to load, and goes with it.

The worker does not load it at its start, and a search that wants too much costs that process and not the worker.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.analysis.voices.found import Themes
from portal.domain.errors import AmendsError

_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "portal.analysis.voices.alone"
_PATIENCE_SECONDS = 900


class NoThemes(AmendsError):
    """The search for themes did not come to its end."""


@dataclass(frozen=True, slots=True)
class Search:
    """Texts of stems: how many themes to find at most, how many texts share a stem, and labels to hold against."""

    texts: Sequence[Sequence[str]]
    themes: int
    shared_by: int
    labels: Sequence[str] | None = None


def find_apart(searches: Sequence[Search]) -> list[Themes]:
    """Find themes in each of some sets of texts, all in one process. Raises NoThemes."""
    if not searches:
        return []
    try:
        done = subprocess.run(
            [sys.executable, "-m", _CHILD],
            input=json.dumps([asdict(one) for one in searches]),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=True,
            cwd=_ROOT,
        )
    except (subprocess.SubprocessError, OSError) as failure:
        raise NoThemes(type(failure).__name__) from failure
    return [Themes(**one) for one in json.loads(done.stdout)]
