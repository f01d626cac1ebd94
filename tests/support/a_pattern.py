"""A pattern as a scan would have written it."""

from collections.abc import Mapping
from datetime import date, timedelta

from portal.domain.patterns import Measure
from portal.records import patterns
from portal.records.patterns import Seen
from portal.services.toolkit import Toolkit

_WEEKS = 26
_USUAL_AND_RAISED = ((40, 3), (41, 9))


def a_pattern(
    toolkit: Toolkit, *, measure: Measure = Measure.LATE, cell: Mapping[str, str] | None = None, on: date | None = None
) -> str:
    """Write one that was found on a day and began two weeks before, and give its ref."""
    last = on or toolkit.now().date()
    weeks = [(last - timedelta(days=7 * back - 1), *_USUAL_AND_RAISED[back <= 2]) for back in range(_WEEKS, 0, -1)]
    seen = Seen(
        measure=measure,
        cell=cell or {"vendor": "Olaria", "lane": "SP→RR"},
        since_on=last - timedelta(days=13),
        seen_on=last,
        exposure=82,
        events=18,
        usual=6.04,
        rate_low=0.13,
        rate_high=0.32,
        weeks=weeks,
    )
    with toolkit.transaction() as session:
        return patterns.write(session, seen)
