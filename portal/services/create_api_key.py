"""Let a shop's system call the API, and stop it."""

from portal.domain.errors import Conflict, NotFound
from portal.domain.refs import new_secret
from portal.records import api_keys, deeds
from portal.records.sessions import IntegrityError, violates
from portal.services.create_staff import COMMAND
from portal.services.toolkit import Toolkit

PREFIX = "amk_"
_SHORTEST, _LONGEST_NAME = 40, 80


def create_api_key(toolkit: Toolkit, name: str, *, given: str | None = None, replace: bool = False) -> str:
    """Make an API key and tell it, this once: only its hash is kept.

    given takes a key that was made elsewhere; where the live key of that name is this one already, nothing happens.
    replace revokes another live key of that name; without it, Conflict is raised, as for a name or key that is no good.
    """
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Conflict(f"the name has 1 to {_LONGEST_NAME} characters")
    secret = PREFIX + new_secret() if given is None else given
    if not secret.startswith(PREFIX) or len(secret) < _SHORTEST:
        raise Conflict(f"an API key begins with {PREFIX} and has at least {_SHORTEST} characters")
    try:
        with toolkit.transaction() as session:
            if not api_keys.is_live(session, name, secret):
                if replace:
                    api_keys.revoke(session, name, toolkit.now())
                api_keys.add(session, name, secret, toolkit.now())
                detail = {"replaces": replace}
                deeds.note(session, "api_key_created", name, actor=COMMAND, now=toolkit.now(), detail=detail)
    except IntegrityError as error:
        if violates(error, "ix_api_keys_one_live"):
            raise Conflict(f"there is a live API key named {name!r}; revoke it first") from error
        if violates(error, "uq_api_keys_key_hash"):
            raise Conflict("this key was used before, under another name or until it was revoked") from error
        raise
    return secret


def revoke_api_key(toolkit: Toolkit, name: str) -> None:
    """Stop an API key at once; raise NotFound where none of that name is live."""
    with toolkit.transaction() as session:
        if not api_keys.revoke(session, name, toolkit.now()):
            raise NotFound(f"there is no live API key named {name!r}")
        deeds.note(session, "api_key_revoked", name, actor=COMMAND, now=toolkit.now())
