"""What stands in the place of an apology where a claim only carries the money of a withdrawal back."""

from portal.letters.apology import Apology
from portal.letters.language import msg, translation

_HEADING = msg("You withdrew from your order, and your money comes back")
_PARAGRAPHS = (
    msg("That is your good right, and nobody asks you why."),
    msg("This page shows how far your money is. You need to do nothing more for it."),
)


def instead_of_apology(locale: str) -> Apology:
    """Say what the claim of a withdrawal is about."""
    say = translation(locale).gettext
    return Apology(say(_HEADING), tuple(say(one) for one in _PARAGRAPHS), "withdrawal")
