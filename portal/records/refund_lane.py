"""The way to the provider that all workers share: one row, which every call of a refund passes by one statement.

Its pace goes by the database's clock, which all workers share; pauses and the breaker by the portal's own.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain import lane
from portal.records.single_reads import ask_one

_TAKE = """
    INSERT INTO refund_lanes AS lane (lane, next_at, since_pause, pauses)
    VALUES ('refunds', clock_timestamp() + $4::interval + $1::interval, 1, 0)
    ON CONFLICT (lane) DO UPDATE SET
      next_at = greatest(lane.next_at, clock_timestamp() + $4::interval) + $1::interval,
      since_pause = lane.since_pause + 1,
      probe_at = CASE WHEN lane.locked_at IS NOT NULL THEN $2::timestamptz + $3::interval END
    WHERE coalesce(lane.paused_until, $2) <= $2 AND (lane.locked_at IS NULL OR lane.probe_at <= $2)
    RETURNING extract(epoch FROM next_at - $1::interval), extract(epoch FROM clock_timestamp()), locked_at IS NOT NULL
"""
_SHUT_FOR = text("""
    SELECT extract(epoch FROM greatest(paused_until, CASE WHEN locked_at IS NOT NULL THEN probe_at END) - :now)
    FROM refund_lanes WHERE lane = 'refunds'
""")
_PAUSE = text("""
    UPDATE refund_lanes AS lane SET
      pauses = told.pauses, since_pause = 0,
      paused_until = CAST(:now AS timestamptz)
        + least(:first * 2 ^ (least(told.pauses, 20) - 1), :longest) * interval '1 second'
    FROM (SELECT lane, CASE WHEN since_pause <= :soon THEN pauses + 1 ELSE 1 END AS pauses FROM refund_lanes) AS told
    WHERE lane.lane = 'refunds' AND told.lane = lane.lane AND coalesce(lane.paused_until, :now) <= :now
""")
_LOCK = text("""
    UPDATE refund_lanes SET locked_at = :now, probe_at = CAST(:now AS timestamptz) + :probe
    WHERE lane = 'refunds' AND locked_at IS NULL RETURNING true
""")
_UNLOCK = text("""
    UPDATE refund_lanes SET locked_at = NULL, probe_at = NULL
    WHERE lane = 'refunds' AND locked_at IS NOT NULL RETURNING true
""")


class Slot(NamedTuple):
    """When a call may leave, and when that was told, both in seconds by the database's clock.

    is_probe: it is the call that tries if our key is good again.
    """

    leaves_at: float
    told_at: float
    is_probe: bool


def take_slot(session: Session, now: datetime, gap: timedelta, lead: timedelta = timedelta()) -> Slot | None:
    """Take the next free slot; nothing where the lane is shut. One statement, written when this returns.

    gap: how long a slot is. lead: how long the answer takes to come, so that the slot has not passed by then.
    """
    row = ask_one(session, _TAKE, (gap, now, lane.PROBE_EVERY, lead))
    return None if row is None else Slot(float(row[0]), float(row[1]), row[2])


def shut_for(session: Session, now: datetime) -> float:
    """Tell for how many seconds the lane is still shut; 0 where it is open."""
    return max(float(session.scalar(_SHUT_FOR, {"now": now}) or 0.0), 0.0)


def pause(session: Session, now: datetime) -> None:
    """Let nothing leave for a moment, and for longer where this was asked for just before; while paused, no longer."""
    told = {"now": now, "first": lane.FIRST_PAUSE_SECONDS, "longest": lane.LONGEST_PAUSE_SECONDS, "soon": lane.SOON}
    session.execute(_PAUSE, told)


def lock(session: Session, now: datetime) -> bool:
    """Let nothing leave but a try each minute; tell whether it was open before."""
    return bool(session.scalar(_LOCK, {"now": now, "probe": lane.PROBE_EVERY}))


def unlock(session: Session) -> bool:
    """Open the lane again; tell whether it was locked."""
    return bool(session.scalar(_UNLOCK))
