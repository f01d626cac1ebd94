"""How far the search for patterns has come: taken up where it was left, and saved once, by one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.domain.errors import MovedOn
from portal.domain.patterns import MEASURES, Family, Measure
from portal.records.tables.patterns import PatternCells, PatternSearch


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a search: the last day that it counted in, its document and its cells; nothing at first."""

    until_on: date | None
    document: dict[str, Any] | None
    cells: Mapping[Measure, bytes]


def kept(session: Session, family: Family) -> Kept:
    """Find what was kept of the search of a family."""
    row = session.get(PatternSearch, family.value)
    if row is None:
        return Kept(None, None, {})
    measures = [measure.value for measure in MEASURES[family]]
    found = session.execute(select(PatternCells.measure, PatternCells.counts).where(PatternCells.measure.in_(measures)))
    return Kept(row.until_on, row.state, {Measure(measure): counts for measure, counts in found})


def last_days(session: Session) -> dict[Family, date]:
    """Tell up to which day each family is counted."""
    found = session.execute(select(PatternSearch.family, PatternSearch.until_on))
    return {Family(family): until_on for family, until_on in found}


@dataclass(frozen=True, slots=True)
class Saved:
    """How far a search has come now, from which day it started, and what is kept of it."""

    family: Family
    before: date | None
    until_on: date
    document: dict[str, Any]
    cells: Mapping[Measure, bytes]


def save(session: Session, saved: Saved, now: datetime) -> None:
    """Write what a search has come to; raise MovedOn where another saved it since."""
    values = {"until_on": saved.until_on, "state": saved.document, "saved_at": now}
    row = insert(PatternSearch).values(family=saved.family.value, **values)
    unchanged = PatternSearch.until_on == saved.before
    written = row.on_conflict_do_update(index_elements=[PatternSearch.family], set_=values, where=unchanged)
    if session.scalar(written.returning(PatternSearch.family)) is None:
        raise MovedOn(f"the search for patterns by {saved.family.value}")
    for measure, counts in saved.cells.items():
        cells = insert(PatternCells).values(measure=measure.value, counts=counts)
        session.execute(cells.on_conflict_do_update(index_elements=[PatternCells.measure], set_={"counts": counts}))
