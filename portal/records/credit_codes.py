"""Codes of store credit, as they are kept: a keyed hash to find them by, and sealed so that their owner can read them.

Both keys come from the installation's secret key, each for its own purpose. Under another secret key no code is found
or opened any more; its owner makes a new one on the credit page.
"""

import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32


@functools.lru_cache(maxsize=8)
def _key(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=b"amends " + purpose).derive(secret_key.encode())


def hashed(code: str, secret_key: str) -> bytes:
    """Hash a code under the secret key, to find its account by."""
    return hmac.new(_key(secret_key, b"credit code hash"), code.encode(), hashlib.sha256).digest()


def sealed(code: str, secret_key: str) -> str:
    """Seal a code under the secret key."""
    return _box(secret_key).encrypt(code.encode()).decode()


def opened(seal: str, secret_key: str) -> str | None:
    """Open a sealed code; None where it was sealed under another secret key or was tampered with."""
    try:
        return _box(secret_key).decrypt(seal.encode()).decode()
    except InvalidToken:
        return None


def _box(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret_key, b"credit code seal")))
