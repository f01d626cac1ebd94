"""Policy versions: the one in force at a moment, and every one that ever was."""

from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, defer

from portal.domain.drafts import OrdersKeep
from portal.records.in_transaction import ask
from portal.records.tables.policies import PolicyMarket, PolicyVersion, ProblemStage

DEFAULT_MARKET = "*"
# A part of larger statements: the version that decides about an order of a market. Where the market wants it, that is
# the one that was in force when the order was placed, if there was one; of several the one with the highest number.
DECIDES = Template("""
  SELECT $what FROM policy_versions AS v
  WHERE v.market IN (%(market)s, '*') AND v.in_force_from <= %(now)s
  ORDER BY v.in_force_from <= %(placed_at)s AND coalesce((
      SELECT m.orders_keep = 'placed' FROM policy_markets AS m WHERE m.market IN (%(market)s, '*')
      ORDER BY m.market = %(market)s DESC LIMIT 1), false) DESC,
    v.market = %(market)s DESC, v.number DESC
  LIMIT 1
""")
_DECIDES = DECIDES.substitute(what="v.id")
# Whoever publishes in the same market waits for the other, and then sees theirs.
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended('policy ' || :market, 0))")
_ORDERS_OF = text("""
    SELECT EXISTS (SELECT FROM orders WHERE market = :market) OR NOT EXISTS (SELECT FROM orders)
""")

_IN_FORCE = text("""
    SELECT DISTINCT ON (market) source FROM policy_versions WHERE in_force_from <= :now ORDER BY market, number DESC
""")


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that decides in a market, and the journey stage of every problem and parcel state."""

    version_id: int
    stages: dict[tuple[str, str], str]


def in_force(session: Session, market: str, at: datetime) -> PolicyVersion | None:
    """Find the version that is in force in a market at a moment, or in the default where the market has none."""
    row = ask(session, _DECIDES, {"market": market, "now": at, "placed_at": at})
    return None if row is None else by_id(session, row[0])


def was_published(session: Session, source: str) -> bool:
    """Tell whether this very text was published once, in whichever market."""
    return session.scalar(select(PolicyVersion.id).where(PolicyVersion.source == source).limit(1)) is not None


def texts_in_force(session: Session, at: datetime) -> list[str]:
    """Give the texts that are in force at a moment, one for each market that has its own."""
    return list(session.scalars(_IN_FORCE, {"now": at}))


def stages(session: Session) -> dict[tuple[str, str], str]:
    """Give the journey stage of every problem and parcel state."""
    return {(row.problem, row.parcel_state): row.stage for row in session.scalars(select(ProblemStage))}


def by_id(session: Session, version_id: int) -> PolicyVersion:
    """Find a version by its key."""
    return session.get_one(PolicyVersion, version_id)


def newest(session: Session, market: str) -> PolicyVersion | None:
    """Find the newest version of exactly this market, be it in force or planned."""
    asked = select(PolicyVersion).where(PolicyVersion.market == market).order_by(PolicyVersion.number.desc()).limit(1)
    return session.scalars(asked).one_or_none()


def versions(session: Session, market: str, *, limit: int) -> list[PolicyVersion]:
    """List the versions of exactly this market, newest first, without their texts."""
    asked = (
        select(PolicyVersion)
        .where(PolicyVersion.market == market)
        .options(defer(PolicyVersion.source), defer(PolicyVersion.document))
    )
    return list(session.scalars(asked.order_by(PolicyVersion.number.desc()).limit(limit)))


def markets(session: Session) -> list[str]:
    """List the markets that have a version or a setting of their own, the default first."""
    mine = select(PolicyVersion.market).union(select(PolicyMarket.market))
    return sorted({DEFAULT_MARKET, *session.scalars(mine)}, key=lambda market: (market != DEFAULT_MARKET, market))


def is_market(session: Session, market: str) -> bool:
    """Tell whether a market is known by its policy, a setting or an order. Without any order each one may come."""
    return market in markets(session) or bool(session.scalar(_ORDERS_OF, {"market": market}))


def orders_keep(session: Session) -> dict[str, OrdersKeep]:
    """Give which version decides about an order, for each market that says so."""
    found = session.execute(select(PolicyMarket.market, PolicyMarket.orders_keep))
    return {market: OrdersKeep(keep) for market, keep in found}


def set_orders_keep(session: Session, market: str, keep: OrdersKeep) -> None:
    """Set which version decides about the orders of a market."""
    row = insert(PolicyMarket).values(market=market, orders_keep=keep.value)
    session.execute(row.on_conflict_do_update(index_elements=["market"], set_={"orders_keep": keep.value}))


def source_of(session: Session, market: str, number: int | None = None) -> str | None:
    """Give the text of a version of exactly this market, the newest without a number; None where there is none."""
    asked = select(PolicyVersion.source).where(PolicyVersion.market == market)
    if number is not None:
        asked = asked.where(PolicyVersion.number == number)
    return session.scalars(asked.order_by(PolicyVersion.number.desc()).limit(1)).one_or_none()


def take_turns(session: Session, market: str) -> None:
    """Let one publish in a market at a time, until the transaction ends."""
    session.execute(_TAKE_TURNS, {"market": market})


def publish(
    session: Session,
    *,
    market: str,
    source: str,
    document: dict[str, Any],
    published_by: str,
    now: datetime,
    in_force_from: datetime,
    warnings: int,
    despite: str,
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
        in_force_from=in_force_from,
        warnings=warnings,
        despite=despite,
    )
    session.add(version)
    session.flush()
    return version
