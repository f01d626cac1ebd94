"""What a search for themes finds, as the process that searches and the one that asked both know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Themes:
    """Themes as stems, the weightiest first; of each text its theme or -1, and how clearly it speaks of that.

    purity and rand: agreement with labels, where there were any; None else.
    """

    stems: list[list[str]]
    of: list[int]
    how: list[float]
    purity: float | None = None
    rand: float | None = None
