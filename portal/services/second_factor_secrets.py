"""What a second factor is made of: a shared secret, the code of each half minute (RFC 6238), and recovery codes."""

import base64
import hmac
import re
import secrets
from datetime import datetime

from pyotp import TOTP

from portal.records import sealing

RECOVERY_CODES = 10
_DIGITS = re.compile(r"[0-9]{6}")
_SEAL, _OFFER, _RECOVERY = b"second factor seal", b"second factor offer", b"recovery code hash"
_SECRET_BYTES = 20
# 120 bits, so that a fast hash keeps them (ASVS 6.5.2), and 24 letters without a rest.
_RECOVERY_BYTES = 15
_GROUP = 4
# Base 32 knows neither of these; who reads them off paper means the letter that looks like it.
_LOOK_ALIKES = str.maketrans("018", "OIB")


def offered_secret(secret_key: str, *, browser_hash: bytes, staff_id: int) -> str:
    """Derive the secret that is offered to one staff member in one session.

    Nothing is kept before it is confirmed, and whoever else knows the password is offered another one.
    """
    key = sealing.key_for(secret_key, _OFFER)
    digest = hmac.digest(key, browser_hash + str(staff_id).encode(), "sha256")
    return base64.b32encode(digest[:_SECRET_BYTES]).decode()


def address_of(secret: str, *, mailbox: str, shop_name: str) -> str:
    """Write a secret as authenticators read it from a picture or a link."""
    return TOTP(secret).provisioning_uri(name=mailbox, issuer_name=shop_name)


def plain(typed: str) -> str:
    """Take away blanks and hyphens, and write letters large."""
    return re.sub(r"[\s-]", "", typed).upper()


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Tell the half minute whose code was typed; None unless it is this one's. typed: plain."""
    factor = TOTP(secret)
    right = factor.at(now)
    fits = bool(_DIGITS.fullmatch(typed)) and hmac.compare_digest(typed, right)
    return factor.timecode(now) if fits else None


def seal_secret(secret: str, secret_key: str) -> str:
    """Seal a secret to keep it."""
    return sealing.sealed(secret, secret_key, _SEAL)


def open_secret(seal: str, secret_key: str) -> str | None:
    """Open a kept secret; None under another secret key than it was sealed under."""
    return sealing.opened(seal, secret_key, _SEAL)


def new_recovery_codes() -> tuple[str, ...]:
    """Make ten recovery codes, such as ``ABCD-EFGH-…``."""
    return tuple(
        _grouped(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)
    )


def recovery_hash(code: str, secret_key: str) -> bytes:
    """Hash a recovery code, however it was typed, to find it by."""
    return sealing.hashed(plain(code).translate(_LOOK_ALIKES), secret_key, _RECOVERY)


def _grouped(text: str) -> str:
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
