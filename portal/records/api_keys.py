"""Keys with which a shop's systems call the API; only their hashes are kept."""

import hashlib
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.records.sessions import at_once
from portal.records.tables.people import ApiKey


def hash_of(key: str) -> bytes:
    """Hash a key; it holds 256 random bits, so a fast hash keeps it secret."""
    return hashlib.sha256(key.encode()).digest()


def find(session: Session, key: str) -> int | None:
    """Find the id of a key that was not revoked, in one statement and no transaction."""
    at_once(session)
    asked = select(ApiKey.id).where(ApiKey.key_hash == hash_of(key), ApiKey.revoked_at.is_(None))
    return session.scalars(asked).one_or_none()


def is_live(session: Session, name: str, key: str) -> bool:
    """Tell whether this very key is the live one of a name."""
    asked = select(ApiKey.id).where(ApiKey.name == name, ApiKey.key_hash == hash_of(key), ApiKey.revoked_at.is_(None))
    return session.scalars(asked).one_or_none() is not None


def add(session: Session, name: str, key: str, now: datetime) -> int:
    """Keep a new key under a name and give its id. A second live one of the same name is refused by the database."""
    adding = insert(ApiKey).values(name=name, key_hash=hash_of(key), created_at=now).returning(ApiKey.id)
    return session.scalars(adding).one()


def revoke(session: Session, name: str, now: datetime) -> bool:
    """Revoke the live key of a name; False where there is none."""
    live = update(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    return session.scalars(live.returning(ApiKey.id)).first() is not None
