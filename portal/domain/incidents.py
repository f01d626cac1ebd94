"""Incidents: which claim lines one is about. Staff declare them; nothing here finds a pattern."""

from collections.abc import Iterable, Mapping

from portal.domain.errors import AmendsError

ABOUT = (
    "problem",
    "carrier",
    "service",
    "vendor",
    "vendor_region",
    "category",
    "sku",
    "ship_to_country",
    "ship_to_region",
)
"""What a claim line says of itself that may say what an incident is about."""

About = Mapping[str, str]


class BadIncident(AmendsError):
    """An incident cannot be declared as it was said."""


def about_of(said: Mapping[str, str | None]) -> dict[str, str]:
    """Keep what is said of an incident, in one order; raise BadIncident for a fact that it cannot be about, or none."""
    unknown = sorted(said.keys() - set(ABOUT))
    if unknown:
        raise BadIncident(f"an incident is not about {', '.join(unknown)}; it is about {', '.join(ABOUT)}")
    about = {name: word.strip() for name in ABOUT if (word := said.get(name)) is not None and word.strip()}
    if not about:
        raise BadIncident(f"an incident is about something: {', '.join(ABOUT)}")
    return about


def is_struck(line: Mapping[str, str | None], incidents: Iterable[About]) -> bool:
    """Tell whether one of these incidents is about a line: all that it names is what the line says of itself."""
    return any(all(line.get(name) == word for name, word in about.items()) for about in incidents)
