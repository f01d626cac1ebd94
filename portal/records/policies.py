"""Policy versions: the one in force, and every one that ever was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.records.in_transaction import ask
from portal.records.tables.policies import PolicyVersion

DEFAULT_MARKET = "*"


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that decides in a market, and the journey stage of every problem and parcel state."""

    version_id: int
    published_at: datetime
    stages: dict[tuple[str, str], str]


_IN_FORCE = """
SELECT v.id, v.published_at,
  (SELECT json_agg(json_build_array(s.problem, s.parcel_state, s.stage)) FROM problem_stages AS s)
FROM policy_versions AS v WHERE v.market IN (%(market)s, %(default)s)
ORDER BY v.market = %(market)s DESC, v.number DESC LIMIT 1
"""


def in_force(session: Session, market: str) -> InForce | None:
    """Find the newest version of a market, or of the default where the market has none."""
    row = ask(session, _IN_FORCE, {"market": market, "default": DEFAULT_MARKET})
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


def source_of(session: Session, market: str, number: int | None = None) -> str | None:
    """Give the text of a version of exactly this market, the newest without a number; None where there is none."""
    asked = select(PolicyVersion.source).where(PolicyVersion.market == market)
    if number is not None:
        asked = asked.where(PolicyVersion.number == number)
    return session.scalars(asked.order_by(PolicyVersion.number.desc()).limit(1)).one_or_none()


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
