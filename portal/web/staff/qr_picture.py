"""A QR code as the path of a drawing, so that no picture is kept or sent apart from its page."""

from dataclasses import dataclass

import segno

_QUIET = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """size: of both sides, in modules, the quiet zone around it included. path: of an SVG, one stroke for each run."""

    size: int
    path: str


def draw(text: str) -> Picture:
    """Draw a text as a QR code, which is still read where a seventh of it is covered."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return Picture(len(rows) + 2 * _QUIET, "".join(runs))


def _runs(row: bytes, y: int) -> list[str]:
    """Give a rectangle of height one for each row of dark modules."""
    runs, begun = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and begun is None:
            begun = x
        elif not dark and begun is not None:
            runs.append(f"M{begun + _QUIET} {y + _QUIET}h{x - begun}v1h-{x - begun}z")
            begun = None
    return runs
