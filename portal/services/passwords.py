"""Passwords of staff: argon2, and a rule for what may be one."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import AmendsError

SHORTEST, LONGEST = 15, 200
_FEWEST_DIFFERENT = 6
_hasher = PasswordHasher()


class BadPassword(AmendsError):
    """The text may not be a password here; the message says why."""


def hashed(password: str, *, mailbox: str) -> str:
    """Check that a text may be a password (ASVS 6.2.1, 6.2.9) and hash it. Raises BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"a password has {SHORTEST} to {LONGEST} characters; a sentence is a good one")
    if len(set(password)) < _FEWEST_DIFFERENT or mailbox.partition("@")[0] in password.lower():
        raise BadPassword("this password is too easy to guess")
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the right one; without a hash the same work is done, for nothing."""
    try:
        return _hasher.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def warm_up() -> None:
    """Make the hash of nobody now, so that the first stranger waits no longer than the second."""
    _nobodys_hash()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
