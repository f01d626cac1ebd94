"""Versions for the pages that show them: the newest of every market at once, and one by its number."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from portal.records.tables.policies import PolicyVersion


def latest_versions(session: Session, *, each: int) -> list[PolicyVersion]:
    """List the newest versions of every market, newest first, without their texts. One query."""
    place = func.row_number().over(partition_by=PolicyVersion.market, order_by=PolicyVersion.number.desc())
    numbered = select(PolicyVersion.id, place.label("place")).subquery()
    asked = (
        select(PolicyVersion)
        .join(numbered, numbered.c.id == PolicyVersion.id)
        .where(numbered.c.place <= each)
        .options(defer(PolicyVersion.source), defer(PolicyVersion.document))
    )
    return list(session.scalars(asked.order_by(PolicyVersion.market, PolicyVersion.number.desc())))


def numbered(session: Session, market: str, number: int) -> PolicyVersion | None:
    """Find a version of exactly this market by its number."""
    asked = select(PolicyVersion).where(PolicyVersion.market == market, PolicyVersion.number == number)
    return session.scalars(asked).one_or_none()
