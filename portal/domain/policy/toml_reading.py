"""The TOML of a policy, read within bounds: no text, however it is made, keeps its reader busy or breaks it."""

import tomllib
from typing import Any

from portal.domain.policy import shape

_MOST_CHARACTERS = 1_000_000
# A key of many parts takes as long as the square of their number; no line that somebody writes has as many points.
_MOST_POINTS = 100
_FIRST_PRINTABLE = " "


def document_of(text: str) -> dict[str, Any]:
    """Read a text; raise BadPolicy for what is not TOML, a repeated key included, and for what cannot be kept."""
    if len(text) > _MOST_CHARACTERS:
        raise shape.refuse(
            "policy", "has %(number)s characters; at most %(most)s are read", number=len(text), most=_MOST_CHARACTERS
        )
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_POINTS:
            raise shape.refuse(f"policy: line {number}", "has more than %(most)s points", most=_MOST_POINTS)
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise shape.refuse("policy", "holds tables or lists within each other, deeper than can be read") from error
    except ValueError as error:
        raise shape.refuse("policy", "is not TOML: %(error)s", error=error) from error
    _check_words(document, "policy")
    return document


def _check_words(value: object, place: str) -> None:
    """Refuse characters that nobody sees and the database does not keep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_words(name, place)
            _check_words(inner, f"{place}: {name}")
    elif isinstance(value, list):
        for inner in value:
            _check_words(inner, place)
    elif isinstance(value, str) and any(letter < _FIRST_PRINTABLE and letter not in "\n\t" for letter in value):
        raise shape.refuse(place, "holds a character that cannot be seen, as %(found)s does", found=shape.quoted(value))
