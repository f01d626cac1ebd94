"""Kept facts of past claims: which of them are meant, those of one claim, and whose they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Which:
    """Which claims: reported from a moment until before another, in one market or all, one in ``every`` of them.

    elsewhere: markets whose claims are left out.
    """

    since: datetime
    until: datetime
    market: str | None = None
    every: int = 1
    elsewhere: tuple[str, ...] = ()


_REFS = text(
    "SELECT l.id, c.ref FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE l.id = ANY(CAST(:ids AS bigint[]))"
)
_OF_CLAIM = text(
    "SELECT l.facts FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE c.ref = :ref ORDER BY l.id"
)


def of_claim(session: Session, claim_ref: str) -> list[dict[str, Any]]:
    """Give the facts of each line of a claim, in the order of its lines; none where there is no such claim."""
    return list(session.scalars(_OF_CLAIM, {"ref": claim_ref}))


def refs_of(session: Session, line_ids: list[int]) -> dict[int, str]:
    """Name the claims of some lines."""
    return {row.id: row.ref for row in session.execute(_REFS, {"ids": line_ids})}
