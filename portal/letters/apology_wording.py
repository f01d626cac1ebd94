"""The shape of an apology's wording: whole sentences, so that a translator can turn each around freely."""

from dataclasses import dataclass

# One text, or two where the things are one or several.
Numbered = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What happened, in texts with the values that each needs: the most telling first, the last needing none.

    sorry names what we are sorry for; own says that it is ours; counts_days is told where days late are known.
    """

    heading: str
    happened: tuple[tuple[frozenset[str], Numbered], ...]
    sorry: str
    own: str
    counts_days: tuple[str, str] | None = None


def told(*variants: tuple[str, Numbered]) -> tuple[tuple[frozenset[str], Numbered], ...]:
    """List the texts of what happened, each after the names of the values it needs."""
    return tuple((frozenset(needs.split()), text) for needs, text in variants)
