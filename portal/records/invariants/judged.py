"""Claim lines with what they were judged by, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, cast, select
from sqlalchemy.orm import Session

from portal.records.tables.claims import Claim, ClaimLine

# What a kept verdict says of its policy, to explain itself: the same for every line of a version, and most of its size.
EXPLAINED = ("asked", "trace")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim line: the claim's ref, and what was kept: facts, standing, policy version and verdict, unexplained."""

    ref: str
    policy_version_id: int
    facts: dict[str, Any]
    standing: dict[str, Any] | None
    outcome: dict[str, Any]


def judged_lines(session: Session, most: int | None) -> Iterator[Judged]:
    """Give claim lines, the newest first, so many at most, or all; only some thousand are in memory at a time."""
    outcome = ClaimLine.verdict.op("-")(cast(list(EXPLAINED), ARRAY(Text)))
    asked = (
        select(Claim.ref, Claim.policy_version_id, ClaimLine.facts, ClaimLine.standing, outcome)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .order_by(ClaimLine.id.desc())
        .limit(most)
    )
    for row in session.execute(asked, execution_options={"yield_per": _AT_ONCE}):
        yield Judged(*row)
