"""Public names: random, readable aloud, never a row number."""

import secrets

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V pairs, so that a name survives the phone.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
_LETTERS = len(ALPHABET)


def new_ref(prefix: str, length: int = 7) -> str:
    """Make a ref such as ``CLM-7QA4K3H`` (7 letters of 23: 3.4 thousand million names)."""
    # One number below all names there are, so that each name is as likely as any other and chance is asked once.
    number = secrets.randbelow(_LETTERS**length)
    letters = []
    for _ in range(length):
        number, letter = divmod(number, _LETTERS)
        letters.append(ALPHABET[letter])
    return f"{prefix}-{''.join(letters)}"


def new_secret() -> str:
    """Make a secret of 256 bits for a cookie, a key or a link."""
    return secrets.token_urlsafe(32)
