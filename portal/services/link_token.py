"""What a link in a mail proves: derived for one purpose and one claim from the secret key, and kept nowhere."""

import base64
import hashlib
import hmac

_BYTES = 16


def link_token(secret_key: str, purpose: bytes, claim_ref: str) -> str:
    """Derive the token of a claim for a purpose: 128 bits that only the holder of the secret key can tell."""
    said = b"\0".join((purpose, claim_ref.encode()))
    digest = hmac.new(secret_key.encode(), said, hashlib.sha256).digest()[:_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_link_token(secret_key: str, purpose: bytes, claim_ref: str, given: str) -> bool:
    """Tell whether a token is that of a claim for a purpose."""
    return hmac.compare_digest(link_token(secret_key, purpose, claim_ref).encode(), given.encode())
