"""What customers say in their own words, searched and read beside the numbers."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import SEES_CLAIMS
from portal.domain.periods import BadPeriod, Period, read_period
from portal.domain.voices import LONGEST_SOUGHT, Sought
from portal.records import themes as theme_records
from portal.records import voices as records
from portal.web.shared.access import staff
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import PROBLEMS, STAGES
from portal.web.shared.paging import page_number, pages_of
from portal.web.shared.workbench import frame
from portal.web.staff.pages.voices import Asked, Numbers, voices_page

HERE = "staff.voices"
ROWS = 25
_SHOWN_FOR = timedelta(days=89)
_LONGEST_TYPED = 40
_REFUSED = 422


@staff(*SEES_CLAIMS)
def listing() -> Answer:
    """Show a page of voices, the newest first; of a page that is not there the last one."""
    period, wrong = _period()
    asked = Asked(_sought(period), period, page_number(), wrong)
    with toolkit().reading() as session:
        whole = records.count(session, asked.sought)
        pages = pages_of(whole, ROWS)
        asked = replace(asked, page=min(asked.page, pages))
        numbers = Numbers(
            whole,
            pages,
            records.beside(session, asked.sought, "problem"),
            records.beside(session, asked.sought, "stage"),
            theme_records.newest(session),
        )
        said = records.found(session, asked.sought, most=ROWS, skipped=(asked.page - 1) * ROWS)
    page = voices_page(asked, numbers, said)
    return make_response(render_template("staff/voices.html", page=page, **frame(HERE)), _REFUSED if wrong else 200)


def _period() -> tuple[Period, str]:
    """Read the days from the address; what is none of them is told, and the last 90 days are shown."""
    today = toolkit().now().astimezone(toolkit().zone).date()
    usual = Period(today - _SHOWN_FOR, today)
    first, last = (request.args.get(name, "").strip()[:_LONGEST_TYPED] for name in ("from", "to"))
    if not first and not last:
        return usual, ""
    try:
        return read_period(first or usual.first.isoformat(), last or usual.last.isoformat()), ""
    except BadPeriod:
        return usual, _("Please type two days such as 2026-01-31, the earlier one first. Here are the last 90 days.")


def _sought(period: Period) -> Sought:
    zone = toolkit().zone
    problem, stage = request.args.get("problem", ""), request.args.get("stage", "")
    return Sought(
        since=datetime.combine(period.first, time(), zone),
        until=datetime.combine(period.last + timedelta(days=1), time(), zone),
        words=request.args.get("q", "").strip()[:LONGEST_SOUGHT],
        problem=problem if problem in PROBLEMS else "",
        stage=stage if stage in STAGES else "",
        theme=request.args.get("theme", "")[:_LONGEST_TYPED],
    )
