"""Signed messages between machines: an HMAC over time and body, in the form that Stripe made common.

The header reads ``t=1700000000,v1=<hex>``; several ``v1`` may stand in it while a secret is being changed.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime

from portal.domain.errors import BadSignature

HEADER = "Amends-Signature"
STRIPE_HEADER = "Stripe-Signature"
TOLERANCE_SECONDS = 300
_LONGEST_HEADER = 2000
_LONGEST_TIMESTAMP = 12


def sign(body: bytes, secret: str, at: datetime) -> str:
    """Write the header value for a body, signed at a moment (timezone-aware)."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_digest(body, secret, stamp)}"


def verify(
    header: str | None,
    body: bytes,
    secrets: Iterable[str],
    now: datetime,
    tolerance: int = TOLERANCE_SECONDS,
) -> datetime:
    """Accept a body that one of the secrets signed within ``tolerance`` seconds before or after now; tell when it did.

    Raises BadSignature. The body is compared as bytes and never decoded here (rel-67, rel-68), and a time that lies
    ahead is refused like one that lies behind (fault 33), which Stripe's own library does not do.
    """
    stamp, digests = _read(header or "")
    expected = [_digest(body, secret, stamp).encode() for secret in secrets]
    matches = [hmac.compare_digest(ours, theirs) for ours in expected for theirs in digests]
    if not any(matches):
        raise BadSignature("mismatch")
    age = now.timestamp() - stamp
    if age > tolerance:
        raise BadSignature("stale")
    if age < -tolerance:
        raise BadSignature("ahead")
    return datetime.fromtimestamp(stamp, UTC)


def _digest(body: bytes, secret: str, stamp: int) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def _read(header: str) -> tuple[int, list[bytes]]:
    if len(header) > _LONGEST_HEADER:
        raise BadSignature("malformed")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    digests = [value.encode() for name, _, value in pairs if name == "v1" and value]
    if len(stamps) != 1 or not digests or not (stamps[0].isascii() and stamps[0].isdigit()):
        raise BadSignature("malformed")
    if len(stamps[0]) > _LONGEST_TIMESTAMP:
        raise BadSignature("malformed")
    return int(stamps[0]), digests
