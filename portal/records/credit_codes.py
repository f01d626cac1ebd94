"""Codes of store credit, as they are kept: a keyed hash to find them by, and sealed so that their owner can read them.

Under another secret key of the installation no code is found or opened any more; its owner makes a new one on the
credit page.
"""

from portal.records import sealing

_HASH, _SEAL = b"credit code hash", b"credit code seal"


def hashed(code: str, secret_key: str) -> bytes:
    """Hash a code under the secret key, to find its account by."""
    return sealing.hashed(code, secret_key, _HASH)


def sealed(code: str, secret_key: str) -> str:
    """Seal a code under the secret key."""
    return sealing.sealed(code, secret_key, _SEAL)


def opened(seal: str, secret_key: str) -> str | None:
    """Open a sealed code; None where it was sealed under another secret key or was tampered with."""
    return sealing.opened(seal, secret_key, _SEAL)
