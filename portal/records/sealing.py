"""What is kept so that a stolen table opens nothing: hashed under a key to be found by, or sealed to be read again.

Every key comes from the installation's secret key, one for each purpose. Under another secret key nothing is found or
opened any more.
"""

import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32


@functools.lru_cache(maxsize=32)
def key_for(secret_key: str, purpose: bytes) -> bytes:
    """Derive the key of 256 bits that serves one purpose, such as ``credit code hash``."""
    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=b"amends " + purpose).derive(secret_key.encode())


def hashed(text: str, secret_key: str, purpose: bytes) -> bytes:
    """Hash a text, to find it by."""
    return hmac.new(key_for(secret_key, purpose), text.encode(), hashlib.sha256).digest()


def sealed(text: str, secret_key: str, purpose: bytes) -> str:
    """Seal a text."""
    return _box(secret_key, purpose).encrypt(text.encode()).decode()


def opened(seal: str, secret_key: str, purpose: bytes) -> str | None:
    """Open a sealed text; None where it was sealed under another secret key or was tampered with."""
    try:
        return _box(secret_key, purpose).decrypt(seal.encode()).decode()
    except InvalidToken:
        return None


def _box(secret_key: str, purpose: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(secret_key, purpose)))
