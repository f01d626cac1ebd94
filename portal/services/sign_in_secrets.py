"""The six digits of a sign-in code: derived, so that neither the database nor the queue of jobs ever holds them."""

import hashlib
import hmac
from datetime import datetime, timedelta

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6


def code_for(secret_key: str, *, browser_hash: bytes, mailbox: str, asked_at: datetime) -> str:
    """Derive the digits from what was asked, by whom and when. Only the holder of the secret key can."""
    said = b"\0".join((b"sign-in code", browser_hash, mailbox.encode(), asked_at.isoformat().encode()))
    digest = hmac.new(secret_key.encode(), said, hashlib.sha256).digest()
    # 128 bits taken modulo a million are even to one part in 10^32.
    return str(int.from_bytes(digest[:16], "big") % 10**DIGITS).zfill(DIGITS)


def hash_of(secret_key: str, *, browser_hash: bytes, code: str) -> bytes:
    """Hash a code with the secret key: a million guesses against a stolen table are no work without it."""
    said = b"\0".join((b"sign-in hash", browser_hash, code.encode()))
    return hmac.new(secret_key.encode(), said, hashlib.sha256).digest()
