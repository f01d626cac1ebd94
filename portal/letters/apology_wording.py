"""The shape of an apology's wording: whole sentences, so that a translator can turn each around freely."""

from dataclasses import dataclass

from portal.letters.saying import Variants


@dataclass(frozen=True, slots=True)
class Wording:
    """What happened, what we are sorry for, and that it is ours; counts_days is told where the days late are known."""

    heading: str
    happened: Variants
    sorry: str
    own: str
    counts_days: tuple[str, str] | None = None
