"""What customers said to "did we make it right?", by month and by stage of the journey, and what failed twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.journey import SECOND_COUNTS

_BY_MONTH = text("""
    SELECT to_char(asked_at AT TIME ZONE :zone, 'YYYY-MM') AS month, count(*) AS asked,
      count(*) FILTER (WHERE answer = 'yes') AS yes, count(*) FILTER (WHERE answer = 'no') AS no,
      count(*) FILTER (WHERE state = 'closed') AS not_known
    FROM follow_ups WHERE asked_at >= :since GROUP BY 1 ORDER BY 1 DESC
""")
# A line counts once for the claim, and twice more for each time that it failed again: a no, or a report about what was
# sent again.
_BY_STAGE = text("""
    SELECT k.stage, count(*) AS asked, count(*) FILTER (WHERE k.state = 'restored') AS restored,
      coalesce(sum(failed.times), 0)::bigint AS second
    FROM (SELECT DISTINCT claim_id FROM follow_ups WHERE asked_at >= :since) AS asked
    JOIN claim_lines k ON k.claim_id = asked.claim_id
    LEFT JOIN (
      SELECT claim_id, claim_line_id, count(*) AS times FROM claim_events
      WHERE action IN ('not_restored', 'told_again') GROUP BY claim_id, claim_line_id
    ) AS failed ON failed.claim_id = k.claim_id AND failed.claim_line_id = k.id
    WHERE k.state NOT IN ('declined', 'withdrawn', 'closed_elsewhere')
    GROUP BY k.stage ORDER BY k.stage
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


def by_month(session: Session, since: datetime, zone: str) -> list[Month]:
    """Count what was asked and answered since a moment, the newest month first."""
    return [Month(**row) for row in session.execute(_BY_MONTH, {"since": since, "zone": zone}).mappings()]


def by_stage(session: Session, since: datetime) -> list[Stage]:
    """Count lines that were asked about since a moment, by stage."""
    rows = session.execute(_BY_STAGE, {"since": since})
    return [Stage(row.stage, row.asked, row.restored, row.second) for row in rows]
