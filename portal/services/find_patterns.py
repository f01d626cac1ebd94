"""Find patterns: count each day that has settled since the last time, and write what stands out. Safe to run twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.analysis.patterns.daily import Finding, Search, kept_of, search_day, search_of
from portal.domain.patterns import Family
from portal.records import pattern_searches, pattern_units, patterns
from portal.records.pattern_searches import Saved
from portal.records.patterns import Seen
from portal.records.sessions import Session
from portal.services.explain_patterns import explained
from portal.services.toolkit import Toolkit

# The feed of a night may come a day late: what it says counts all the same.
SETTLES_AFTER = timedelta(days=2)
_LOOKS_BACK = timedelta(days=400)
_SAVED_EVERY = 60
WEEKS_SHOWN = 26


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan did: days counted, and the refs of patterns that are new."""

    days: int
    found: tuple[str, ...]


def find_patterns(
    toolkit: Toolkit, *, until: date | None = None, told: Callable[[Family, date], None] | None = None
) -> Scanned:
    """Count every family up to a day, two days ago where none is said; raise MovedOn where another was quicker."""
    last = toolkit.now().astimezone(toolkit.zone).date() - SETTLES_AFTER
    last = min(last, until) if until else last
    days = 0
    found: list[str] = []
    for family in Family:
        for one in _scan(toolkit, family, last, told):
            days += one.days
            found += one.found
    return Scanned(days, tuple(found))


def _scan(
    toolkit: Toolkit, family: Family, last: date, told: Callable[[Family, date], None] | None
) -> Iterator[Scanned]:
    """Count a family's days, and save now and then, so that one that is killed goes on where it was."""
    with toolkit.reading() as session:
        kept = pattern_searches.kept(session, family)
        first = kept.until_on or pattern_units.first_day(session)
    if first is None:
        return
    search = search_of(family, kept.document, kept.cells)
    day = first + timedelta(days=1) if kept.until_on else max(first, last - _LOOKS_BACK)
    before = kept.until_on
    while day <= last:
        ends = min(last, day + timedelta(days=_SAVED_EVERY - 1))
        findings: list[tuple[date, Finding]] = []
        with toolkit.reading() as session:
            pattern_units.begin(session)
            for number in range(day.toordinal(), ends.toordinal() + 1):
                today = date.fromordinal(number)
                rows = pattern_units.settled(session, family, *_bounds(toolkit, today), toolkit.zone.key)
                findings += [(today, finding) for finding in search_day(search, rows, number)]
                if told is not None:
                    told(family, today)
        yield _save(toolkit, search, (before, day, ends), findings)
        before, day = ends, ends + timedelta(days=1)


def _save(
    toolkit: Toolkit, search: Search, days: tuple[date | None, date, date], findings: list[tuple[date, Finding]]
) -> Scanned:
    """Write findings and how far the search has come in one transaction, so neither is there without the other."""
    before, first, ends = days
    with toolkit.transaction() as session:
        found = [ref for today, one in findings if (ref := _write(session, toolkit, search.family, today, one))]
        document, cells = kept_of(search)
        pattern_searches.save(session, Saved(search.family, before, ends, document, cells), toolkit.now())
    return Scanned((ends - first).days + 1, tuple(found))


def _write(session: Session, toolkit: Toolkit, family: Family, today: date, finding: Finding) -> str | None:
    """Write a finding, unless a pattern explains it; give the ref of one that is new."""
    ends = _bounds(toolkit, today)[1]
    asked = pattern_units.Asked(
        family, finding.measure, finding.cell, ends - timedelta(weeks=WEEKS_SHOWN), ends, toolkit.zone.key
    )
    known = explained(session, finding, asked, today, starts=_bounds(toolkit, date.fromordinal(finding.since))[0])
    if known.same is None and known.by is not None:
        patterns.note_beside(known.by, finding.cell)
        return None
    seen = _seen(session, finding, asked, today)
    if known.same is not None:
        patterns.see_again(known.same, seen)
        return None
    return patterns.write(session, seen)


def _seen(session: Session, finding: Finding, asked: pattern_units.Asked, today: date) -> Seen:
    return Seen(
        measure=finding.measure,
        cell=finding.cell,
        since_on=date.fromordinal(finding.since),
        seen_on=today,
        exposure=finding.exposure,
        events=finding.events,
        usual=finding.usual,
        rate_low=finding.low,
        rate_high=finding.high,
        weeks=pattern_units.weeks_of_cell(session, asked),
    )


def _bounds(toolkit: Toolkit, day: date) -> tuple[datetime, datetime]:
    """Give the first moment of a day where the shop is, and of the day after."""
    start, end = (datetime.combine(one, time(), toolkit.zone) for one in (day, day + timedelta(days=1)))
    return start, end
