"""Policy versions: the one in force, and every one that ever was."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.records.tables.policies import PolicyVersion

DEFAULT_MARKET = "*"


def in_force_id(session: Session, market: str) -> int | None:
    """Find the newest version of a market, or of the default where the market has none."""
    asked = (
        select(PolicyVersion.id)
        .where(PolicyVersion.market.in_([market, DEFAULT_MARKET]))
        .order_by((PolicyVersion.market == market).desc(), PolicyVersion.number.desc())
        .limit(1)
    )
    return session.scalars(asked).one_or_none()


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
