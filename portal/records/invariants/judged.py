"""Claim lines with what they were judged by, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.records.tables.claims import Claim, ClaimLine

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim line: the claim's ref, and the facts, policy version and verdict that were kept."""

    ref: str
    policy_version_id: int
    facts: dict[str, Any]
    verdict: dict[str, Any]


def judged_lines(session: Session) -> Iterator[Judged]:
    """Give every claim line, in order; only some thousand are in memory at a time."""
    asked = (
        select(Claim.ref, Claim.policy_version_id, ClaimLine.facts, ClaimLine.verdict)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .order_by(ClaimLine.id)
    )
    for row in session.execute(asked, execution_options={"yield_per": _AT_ONCE}):
        yield Judged(*row)
