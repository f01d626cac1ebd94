"""Twelve months of a stage as a drawing: problems of 1,000 orders, each month as a bar from nothing upwards."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 72
_TOP, _BASE = 6, 1
_GAP = 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A month, in units of the drawing. running: it is not over yet."""

    x: float
    y: float
    width: float
    height: float
    running: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The bars, and what the upper end of the scale stands for."""

    bars: tuple[Bar, ...]
    top: float
    width: int = WIDTH
    height: int = HEIGHT
    base_y: int = HEIGHT - _BASE


def draw_trend(rates: Sequence[float | None]) -> Trend:
    """Draw the rate of each month, the running one last. A month without orders has no bar; the scale begins at 0."""
    top = max([rate for rate in rates if rate is not None], default=0.0)
    tall, step = HEIGHT - _TOP - _BASE, WIDTH / max(len(rates), 1)
    bars = []
    for place, rate in enumerate(rates):
        if rate is None:
            continue
        height = rate / top * tall if top else 0.0
        x, y = step * (place + _GAP / 2), HEIGHT - _BASE - height
        bars.append(Bar(round(x, 1), round(y, 1), round(step * (1 - _GAP), 1), round(height, 1), _last(place, rates)))
    return Trend(tuple(bars), top)


def _last(place: int, rates: Sequence[float | None]) -> bool:
    return place == len(rates) - 1
