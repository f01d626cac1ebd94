"""Shares and numbers as staff read them, in the language of the page."""

from portal.web.shared.language import current_locale

_HUNDRED = 100.0


def share(rate: float) -> str:
    """Write a share in hundredths, with one digit."""
    return f"{digits(rate * _HUNDRED)} %"


def digits(number: float, places: int = 1) -> str:
    """Write a number with one digit, or so many."""
    said = f"{number:.{places}f}"
    return said.replace(".", ",") if current_locale() == "pt_BR" else said
