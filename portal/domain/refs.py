"""Public names: random, readable aloud, never a row number."""

import secrets

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V pairs, so that a name survives the phone.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"


def new_ref(prefix: str, length: int = 7) -> str:
    """Make a ref such as ``CLM-7QA4K3H`` (7 letters of 23: 3.4 thousand million names)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_secret() -> str:
    """Make a secret of 256 bits for a cookie, a key or a link."""
    return secrets.token_urlsafe(32)
