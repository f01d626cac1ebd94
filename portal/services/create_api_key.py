"""Let a shop's system call the API, and stop it."""

from portal.domain.errors import Conflict, NotFound
from portal.domain.refs import new_secret
from portal.records import api_keys
from portal.records.sessions import IntegrityError, violates
from portal.services.toolkit import Toolkit

PREFIX = "amk_"
LONGEST_NAME = 80


def create_api_key(toolkit: Toolkit, name: str) -> str:
    """Make an API key and tell it, this once: only its hash is kept. Raise Conflict while one of that name is live."""
    secret = PREFIX + new_secret()
    try:
        with toolkit.transaction() as session:
            api_keys.add(session, name, secret, toolkit.now())
    except IntegrityError as error:
        if violates(error, "ix_api_keys_one_live"):
            raise Conflict(f"there is a live API key named {name!r}; revoke it first") from error
        raise
    return secret


def revoke_api_key(toolkit: Toolkit, name: str) -> None:
    """Stop an API key at once; raise NotFound where none of that name is live."""
    with toolkit.transaction() as session:
        if not api_keys.revoke(session, name, toolkit.now()):
            raise NotFound(f"there is no live API key named {name!r}")
