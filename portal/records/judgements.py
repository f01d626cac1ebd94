"""Earlier judgements of claim lines: kept before another takes their place, and read in their order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.judged_again import WhyAgain
from portal.records.tables.claims import ClaimLine
from portal.records.tables.judgements import ClaimLineJudgement


def keep(session: Session, line: ClaimLine, why: WhyAgain, *, actor: Actor, now: datetime) -> None:
    """Keep what decided a line of a held claim, before the line says something else."""
    session.add(
        ClaimLineJudgement(
            claim_line_id=line.id,
            facts=line.facts,
            standing=line.standing,
            verdict=line.verdict,
            why=why.value,
            actor=str(actor),
            replaced_at=now,
        )
    )


def of_claim(session: Session, claim_id: int) -> Mapping[int, Sequence[ClaimLineJudgement]]:
    """Give the earlier judgements of a claim by the key of their line, oldest first; nothing for a line judged once."""
    asked = (
        select(ClaimLineJudgement)
        .join(ClaimLine, ClaimLine.id == ClaimLineJudgement.claim_line_id)
        .where(ClaimLine.claim_id == claim_id)
        .order_by(ClaimLineJudgement.id)
    )
    found: dict[int, list[ClaimLineJudgement]] = {}
    for one in session.scalars(asked):
        found.setdefault(one.claim_line_id, []).append(one)
    return found
