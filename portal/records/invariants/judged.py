"""Judgements of claim lines with what they rest on, one by one: those that hold, and those from before them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Select, Text, cast, select
from sqlalchemy.orm import Session

from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.judgements import ClaimLineJudgement

# What a kept verdict says of its policy, to explain itself: the same for every line of a version, and most of its size.
EXPLAINED = ("asked", "trace")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement: the claim's ref, and what was kept: facts, standing, policy version and verdict, unexplained."""

    ref: str
    policy_version_id: int
    facts: dict[str, Any]
    standing: dict[str, Any] | None
    outcome: dict[str, Any]


def judged_lines(session: Session, most: int | None) -> Iterator[Judged]:
    """Give the judgements that hold, then those from before them: the newest first, of each so many at most, or all.

    Only some thousand are in memory at a time.
    """
    earlier = _asked(ClaimLineJudgement).join(ClaimLine, ClaimLine.id == ClaimLineJudgement.claim_line_id)
    for asked in (_asked(ClaimLine), earlier):
        with_claims = asked.join(Claim, Claim.id == ClaimLine.claim_id).limit(most)
        for row in session.execute(with_claims, execution_options={"yield_per": _AT_ONCE}):
            yield Judged(*row)


def _asked(judged: type[ClaimLine] | type[ClaimLineJudgement]) -> Select[Any]:
    outcome = judged.verdict.op("-")(cast(list(EXPLAINED), ARRAY(Text)))
    found = select(Claim.ref, Claim.policy_version_id, judged.facts, judged.standing, outcome)
    return found.select_from(judged).order_by(judged.id.desc())
