"""Policy versions: the one in force, and every one that ever was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.records.tables.policies import PolicyVersion, ProblemStage

DEFAULT_MARKET = "*"


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that decides in a market, and the journey stage of every problem and parcel state."""

    version_id: int
    published_at: datetime
    stages: dict[tuple[str, str], str]


_STAGES = select(
    func.jsonb_agg(func.jsonb_build_array(ProblemStage.problem, ProblemStage.parcel_state, ProblemStage.stage))
).scalar_subquery()
_IN_FORCE = (
    select(PolicyVersion.id, PolicyVersion.published_at, _STAGES)
    .where(PolicyVersion.market.in_([bindparam("market"), DEFAULT_MARKET]))
    .order_by((PolicyVersion.market == bindparam("market")).desc(), PolicyVersion.number.desc())
    .limit(1)
)


def in_force(session: Session, market: str) -> InForce | None:
    """Find the newest version of a market, or of the default where the market has none."""
    row = session.execute(_IN_FORCE, {"market": market}).one_or_none()
    if row is None:
        return None
    version_id, published_at, stages = row
    return InForce(version_id, published_at, {(problem, state): stage for problem, state, stage in stages or []})


def by_id(session: Session, version_id: int) -> PolicyVersion:
    """Find a version by its key."""
    return session.get_one(PolicyVersion, version_id)


def newest(session: Session, market: str) -> PolicyVersion | None:
    """Find the newest version of exactly this market."""
    asked = select(PolicyVersion).where(PolicyVersion.market == market).order_by(PolicyVersion.number.desc()).limit(1)
    return session.scalars(asked).one_or_none()


def publish(
    session: Session, *, market: str, source: str, document: dict[str, Any], published_by: str, now: datetime
) -> PolicyVersion:
    """Write the next version of a market."""
    last = session.scalar(select(func.max(PolicyVersion.number)).where(PolicyVersion.market == market))
    version = PolicyVersion(
        market=market,
        number=(last or 0) + 1,
        source=source,
        document=document,
        published_by=published_by,
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version
