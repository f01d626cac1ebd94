"""The queue, and finding one claim by its name or its order."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import DECIDES, SEES_CLAIMS
from portal.records import queue as records
from portal.records import troubles
from portal.records.pulse import read_pulse
from portal.records.queue import Part
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.pages.queue import place_of, queue_page
from portal.web.staff.pages.troubles import trouble_views

ROWS = 50
_MOST_TROUBLES = 100
_LONGEST_SOUGHT = 64
_MOST_FOUND = 20


@staff(*SEES_CLAIMS)
def queue() -> str:
    """Show the claims that need a person, the earliest deadline first."""
    return _queue()


@staff(*SEES_CLAIMS)
def find() -> str | Answer:
    """Open the claim of this name, or the newest on the order of this number; the queue says that there is none."""
    sought = request.args.get("q", "").strip()
    if not sought:
        return redirect(url_for("staff.queue"), 303)
    with toolkit().reading() as session:
        short = sought[:_LONGEST_SOUGHT]
        refs = records.found(session, short.upper(), short, limit=_MOST_FOUND)
    if refs:
        return redirect(url_for("staff.claim", ref=refs[0]), 303)
    return _queue(sought)


def _queue(sought: str = "") -> str:
    wanted = request.args.get("part", "")
    part = Part(wanted) if wanted in set(Part) else Part.ALL
    place, now, on_duty = place_of(request.args.get("after", "")), toolkit().now(), staff_on_duty()
    with toolkit().reading() as session:
        counts = records.counts(session, on_duty.id, now)
        rows = records.waiting(session, part, staff_id=on_duty.id, now=now, after=place, limit=ROWS + 1)
        open_ones, pulse = troubles.open_ones(session, limit=_MOST_TROUBLES), read_pulse(session)
    page = queue_page(rows, counts, part, now=now, limit=ROWS, is_first=place is None, sought=sought)
    listed = trouble_views(open_ones)
    may_close = on_duty.role in DECIDES
    shown = {"page": page, "troubles": listed, "pulse": pulse, "may_close": may_close, "part": part.value}
    return render_template("staff/queue.html", **shown, **frame("staff.queue"))
