"""What customers said to "did we make it right?", for everybody who sees claims and for those who lead."""

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template

from portal.domain.authority import SEES_PATTERNS
from portal.records import follow_up_report as records
from portal.records.follow_up_report import Month
from portal.web.shared.access import staff
from portal.web.shared.means import toolkit
from portal.web.shared.names import STAGES, named
from portal.web.shared.workbench import frame

_MONTHS_SHOWN, _STAGES_SHOWN = timedelta(days=365), timedelta(days=90)


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
    """Rendered by ``staff/follow_ups.html``: a year by month, the newest first, and three months by stage."""

    months: tuple[Month, ...]
    stages: tuple[StageRow, ...]


@staff(*SEES_PATTERNS)
def listing() -> str:
    """Show what was asked and answered, and what failed a second time."""
    now, zone = toolkit().now(), str(toolkit().zone)
    with toolkit().reading() as session:
        months = records.by_month(session, now - _MONTHS_SHOWN, zone)
        stages = records.by_stage(session, now - _STAGES_SHOWN)
    page = FollowUpsPage(tuple(months), tuple(_row(one) for one in stages))
    return render_template("staff/follow_ups.html", page=page, **frame("staff.follow_ups"))


def _row(one: records.Stage) -> StageRow:
    share = round(100 * one.restored / one.asked) if one.asked else 0
    return StageRow(named(STAGES, one.stage), one.asked, one.restored, share, one.second, one.counted)
