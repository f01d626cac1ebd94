"""A pattern as a drawing: the rate of each week as a bar, and the usual rate as a line across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT = 640, 180
_LEFT, _TOP, _BOTTOM = 0, 12, 2
_GAP = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """A week, in units of the drawing. raised: since the pattern began."""

    x: float
    y: float
    width: float
    height: float
    raised: bool
    from_on: date
    exposure: int
    events: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars, the line of what is usual, and what the upper end of the scale stands for, as shares."""

    bars: tuple[Bar, ...]
    usual_y: float
    usual: float
    top: float
    left: int = _LEFT
    width: int = WIDTH
    height: int = HEIGHT
    top_y: int = _TOP
    base_y: int = HEIGHT - _BOTTOM


def draw(weeks: Sequence[Sequence[Any]], usual: float, since: date) -> Drawing:
    """Draw weeks of first day, exposure and events beside a usual rate. A week without exposure has no bar."""
    told = [(date.fromisoformat(first), exposure, events) for first, exposure, events in weeks]
    rates = [events / exposure if exposure else 0.0 for _, exposure, events in told]
    top = min(1.0, max([*rates, usual * 2]) * 1.1)
    tall, step = HEIGHT - _TOP - _BOTTOM, (WIDTH - _LEFT) / max(len(told), 1)
    bars = []
    for place, ((first, exposure, events), rate) in enumerate(zip(told, rates, strict=True)):
        height = rate / top * tall
        raised = (since - first).days < _DAYS_OF_A_WEEK
        x = _LEFT + step * (place + _GAP / 2)
        bars.append(
            Bar(
                round(x, 1),
                round(HEIGHT - _BOTTOM - height, 1),
                round(step * (1 - _GAP), 1),
                round(height, 1),
                raised,
                first,
                exposure,
                events,
            )
        )
    return Drawing(tuple(bars), round(HEIGHT - _BOTTOM - usual / top * tall, 1), usual, top)


_DAYS_OF_A_WEEK = 7
