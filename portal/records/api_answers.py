"""Answers given under the idempotency keys of the API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.records.tables.people import ApiAnswer

# No other transaction sees it: the answer is written before the one that took the key commits.
_NOT_YET = 0


def reserve(
    session: Session, api_key_id: int, idempotency_key: str, request_hash: bytes, now: datetime
) -> ApiAnswer | None:
    """Take an idempotency key for this transaction; give the answer that stands under it where it is taken.

    Two at once: the second waits here until the first has committed, and reads its answer.
    """
    values = {
        "api_key_id": api_key_id,
        "idempotency_key": idempotency_key,
        "request_hash": request_hash,
        "status": _NOT_YET,
        "body": {},
        "created_at": now,
    }
    taking = insert(ApiAnswer).values(values).on_conflict_do_nothing().returning(ApiAnswer.status)
    if session.execute(taking).first() is not None:
        return None
    return session.get_one(ApiAnswer, (api_key_id, idempotency_key))


def keep(session: Session, api_key_id: int, idempotency_key: str, status: int, body: Mapping[str, Any]) -> None:
    """Write the answer under the key that this transaction has taken."""
    mine = ApiAnswer.api_key_id == api_key_id, ApiAnswer.idempotency_key == idempotency_key
    session.execute(update(ApiAnswer).where(*mine).values(status=status, body=dict(body)))
