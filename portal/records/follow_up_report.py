"""What customers said to "did we make it right?", by month and by stage of the journey, and what failed twice.

It is counted with the journey and read from there: whoever is asked, and whatever was said, is never gone through by
a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.domain.journey import SECOND_COUNTS, Asked, Days
from portal.records.tables.journey import JourneyAnswer, JourneyCount

STAGES_SHOWN = timedelta(days=90)
# Of a year in which nobody was asked there is a row too, so that it is told from one that was never counted.
_BY_MONTH = text("""
    SELECT to_char(coalesce(f.asked_at, :now) AT TIME ZONE :zone, 'YYYY-MM') AS value, count(f.asked_at) AS asked,
      count(*) FILTER (WHERE f.answer = 'yes') AS was_right, count(*) FILTER (WHERE f.answer = 'no') AS was_not,
      count(*) FILTER (WHERE f.state = 'closed') AS not_known
    FROM (VALUES (1)) AS once LEFT JOIN follow_ups f ON f.asked_at >= :since GROUP BY 1
""")
# A line counts once for the claim, and twice more for each time that it failed again: a no, or a report about what was
# sent again, whose own lines are no failures beside it.
_BY_STAGE = text("""
    SELECT k.stage AS value, count(*) AS asked, count(*) FILTER (WHERE k.state = 'restored') AS was_right,
      coalesce(sum(failed.times), 0)::int AS was_not, 0 AS not_known
    FROM (SELECT DISTINCT claim_id FROM follow_ups WHERE asked_at >= :since) AS asked
    JOIN claim_lines k ON k.claim_id = asked.claim_id
    LEFT JOIN (
      SELECT claim_id, claim_line_id, count(*) AS times FROM claim_events
      WHERE action IN ('not_restored', 'told_again') GROUP BY claim_id, claim_line_id
    ) AS failed ON failed.claim_id = k.claim_id AND failed.claim_line_id = k.id
    WHERE k.state NOT IN ('declined', 'withdrawn', 'closed_elsewhere') AND k.about_replacement_id IS NULL
    GROUP BY k.stage
""")


@dataclass(frozen=True, slots=True)
class Month:
    """What was asked in a month (``2026-11``, by the shop's own time), and what is known of it by now."""

    month: str
    asked: int
    yes: int
    no: int
    not_known: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Lines that were carried out and asked about, by the stage of the journey. second: what failed again of them."""

    stage: str
    asked: int
    restored: int
    second: int

    @property
    def counted(self) -> int:
        """Count what went wrong: each line once, and each second failure twice."""
        return self.asked + SECOND_COUNTS * self.second


def counted(session: Session, days: Sequence[Days], zone: ZoneInfo, now: datetime) -> list[dict[str, Any]]:
    """Count what was asked and said by month since the days begin, and of three months by stage, as rows to keep."""
    since = datetime.combine(min(one.first for one in days), time(), zone)
    asked = (
        (Asked.MONTH, _BY_MONTH, {"since": since, "zone": zone.key, "now": now}),
        (Asked.STAGE, _BY_STAGE, {"since": now - STAGES_SHOWN}),
    )
    return [
        {"grouped_by": kind.value, **row}
        for kind, query, values in asked
        for row in session.execute(query, values).mappings()
    ]


def counted_at(session: Session) -> datetime | None:
    """Tell when it was counted; none before the first time, which may come after the journey's own."""
    there = select(JourneyAnswer.value).exists()
    return session.scalar(select(func.max(JourneyCount.counted_at)).where(there))


def by_month(session: Session) -> list[Month]:
    """Read what was asked and answered, the newest month first."""
    rows = list(_kept(session, Asked.MONTH))
    return [Month(row.value, row.asked, row.was_right, row.was_not, row.not_known) for row in reversed(rows)]


def by_stage(session: Session) -> list[Stage]:
    """Read of lines that were asked about how many are restored and what failed again, by stage."""
    return [Stage(row.value, row.asked, row.was_right, row.was_not) for row in _kept(session, Asked.STAGE)]


def _kept(session: Session, kind: Asked) -> Iterator[JourneyAnswer]:
    kept = select(JourneyAnswer).where(JourneyAnswer.grouped_by == kind.value).order_by(JourneyAnswer.value)
    yield from session.scalars(kept)
