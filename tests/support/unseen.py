"""Words of limits, lists and budgets that no customer ever reads, in the languages of the portal."""

NEVER = (
    *("limit", "budget", "block", "on a list", "allow list", "too many", "too often", "fraud", "suspic", "suspect"),
    *("fingerprint", "velocity", "device", "abuse", "trust", "how often", "lst-", "empty boxes"),
    *("limite", "orçamento", "bloque", "em uma lista", "suspeit", "abuso", "frequên"),
)


def said_of_limits(*texts: str) -> list[str]:
    """List which of these words stand in texts, however their letters are written."""
    return [word for word in NEVER for text in texts if word in text.lower().replace("width=device-width", "")]
