"""What customers said to "did we make it right?", for everybody who sees claims and for those who lead."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from portal.domain.authority import SEES_PATTERNS
from portal.records import follow_up_report as records
from portal.records.follow_up_report import Month
from portal.web.shared.access import staff
from portal.web.shared.means import toolkit
from portal.web.shared.names import STAGES, named
from portal.web.shared.workbench import frame


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the journey. share: how many percent of the lines that were asked about are restored."""

    name: str
    asked: int
    restored: int
    share: int
    second: int
    counted: int


@dataclass(frozen=True, slots=True)
class FollowUpsPage:
    """Rendered by ``staff/follow_ups.html``: a year by month, the newest first, and three months by stage.

    counted_at: when; none before the first time.
    """

    months: tuple[Month, ...]
    stages: tuple[StageRow, ...]
    counted_at: datetime | None


@staff(*SEES_PATTERNS)
def listing() -> str:
    """Show what was asked and answered, and what failed a second time, as it was last counted."""
    with toolkit().reading() as session:
        months, stages = records.by_month(session), records.by_stage(session)
        counted_at = records.counted_at(session)
    page = FollowUpsPage(tuple(months), tuple(_row(one) for one in stages), counted_at)
    return render_template("staff/follow_ups.html", page=page, **frame("staff.follow_ups"))


def _row(one: records.Stage) -> StageRow:
    share = round(100 * one.restored / one.asked) if one.asked else 0
    return StageRow(named(STAGES, one.stage), one.asked, one.restored, share, one.second, one.counted)
