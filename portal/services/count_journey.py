"""Count the journey: what went wrong in each stage, what it cost, and whether people came back. Safe to run twice."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from portal.analysis.kept import compare
from portal.domain.journey import counted_days
from portal.domain.kept import Compared
from portal.records import follow_up_report, journey_counting, kept_units
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def count_journey(toolkit: Toolkit) -> int:
    """Count a year and the last weeks anew, up to now, and put it in the place of the last count; tell how many rows.

    Nothing is added to what was there, so what came late is counted in the days it belongs to, and twice is as once.
    Where another count was quicker and is newer, that one stays.
    """
    now = toolkit.now()
    days = list(counted_days(now.astimezone(toolkit.zone).date()))
    with toolkit.reading() as session:
        journey_counting.at_leisure(session)
        counts = journey_counting.counted(session, days, toolkit.zone, now)
        costs = journey_counting.costs(session, days, toolkit.zone, now)
        kept = rows_of(compare(kept_units.people_alike(session, now, toolkit.zone.key)))
        answers = follow_up_report.counted(session, days, toolkit.zone, now)
    with toolkit.transaction() as session:
        if not journey_counting.hold(session, now):
            return 0
        journey_counting.write(session, counts, costs, kept, answers)
    return len(counts) + len(costs) + len(kept) + len(answers)


def rows_of(compared: Iterable[Compared]) -> list[dict[str, Any]]:
    """Write what was compared as the rows that are kept of it."""
    return [{**asdict(one), "grouped_by": one.grouped_by.value} for one in compared]
