"""Explain what was found by what is known: the same cell seen again, or one that others leave nothing unusual of."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from portal.analysis.patterns.daily import Finding, is_explained
from portal.domain.patterns import PatternState
from portal.records import pattern_units, patterns
from portal.records.pattern_units import Asked
from portal.records.sessions import Session
from portal.records.tables.patterns import Pattern

# A pattern explains others as long as it was seen within this time.
_LASTS = timedelta(days=56)


@dataclass(frozen=True, slots=True)
class Known:
    """The undecided pattern of the same cell, and the one that explains a finding; nothing where none does."""

    same: Pattern | None = None
    by: Pattern | None = None


def explained(session: Session, finding: Finding, asked: Asked, today: date, *, starts: datetime) -> Known:
    """Look for what is known of a finding. starts: the first moment of what it counts."""
    recent = patterns.of_late(session, finding.measure, today - _LASTS)
    alike = [one for one in recent if one.cell == finding.cell]
    undecided = next((one for one in alike if one.state == PatternState.NEW.value), None)
    if undecided is not None:
        return Known(same=undecided)
    if alike:
        alike[-1].seen_on = today
        return Known(by=alike[-1])
    if not recent:
        return Known()
    rest = pattern_units.left_beside(session, replace(asked, start=starts), [one.cell for one in recent])
    if not is_explained(*rest, finding):
        return Known()
    return Known(by=_nearest(recent, finding))


def _nearest(recent: list[Pattern], finding: Finding) -> Pattern:
    """Choose the pattern that shares most words, the newest of those."""
    shared = [len(one.cell.items() & finding.cell.items()) for one in recent]
    return max(zip(shared, recent, strict=True), key=lambda pair: (pair[0], pair[1].id))[1]
