"""Explain what was found by what is known: the same cell seen again, or one that others leave nothing unusual of."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.analysis.patterns.daily import Finding, is_explained
from portal.domain.patterns import EXPLAINS_FOR, PatternState, explains_on
from portal.records import pattern_units, patterns
from portal.records.pattern_units import Asked
from portal.records.sessions import Session
from portal.records.tables.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Known:
    """The undecided pattern of the same cell, and the one that explains a finding; nothing where none does."""

    same: Pattern | None = None
    by: Pattern | None = None


def explained(session: Session, finding: Finding, asked: Asked, today: date, *, starts: datetime) -> Known:
    """Look for what is known of a finding. starts: the first moment of what it counts."""
    after = today - EXPLAINS_FOR
    late = patterns.of_late(session, finding.measure, after)
    standing = [(one, settled_on) for one, settled_on in late if explains_on(today, settled_on)]
    alike = [(one, settled_on) for one, settled_on in standing if one.cell == finding.cell]
    undecided = next((one for one, _ in alike if one.state == PatternState.NEW.value), None)
    if undecided is not None:
        return Known(same=undecided)
    silent = _silenced_by(alike, finding, today)
    if silent is not None:
        return Known(by=silent)
    # One of the same cell that is worse by now would leave nothing of it.
    others = [one for one, settled_on in standing if one.cell != finding.cell and _is_recent(one, settled_on, after)]
    if not others:
        return Known()
    rest = pattern_units.left_beside(session, replace(asked, start=starts), [one.cell for one in others])
    if not is_explained(*rest, finding):
        return Known()
    return Known(by=_nearest(others, finding))


def _is_recent(one: Pattern, settled_on: date | None, after: date) -> bool:
    """Tell of a pattern that stands whether it explains other cells: one whose incident is open may be of long ago."""
    return settled_on is not None or max(one.found_on, one.seen_on) > after


def _silenced_by(alike: list[tuple[Pattern, date | None]], finding: Finding, today: date) -> Pattern | None:
    """Choose the newest decided pattern of the cell that says all that a finding does; one that is open goes on."""
    for one, settled_on in reversed(alike):
        if settled_on is None:
            one.seen_on = today
            return one
        if finding.events <= one.rate_high * finding.exposure:
            return one
    return None


def _nearest(recent: list[Pattern], finding: Finding) -> Pattern:
    """Choose the pattern that shares most words, the newest of those."""
    shared = [len(one.cell.items() & finding.cell.items()) for one in recent]
    return max(zip(shared, recent, strict=True), key=lambda pair: (pair[0], pair[1].id))[1]
