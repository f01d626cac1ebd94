"""Incidents: opened, closed, and those that are open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.incidents import About
from portal.records.tables.incidents import Incident

# A part of larger statements: one column.
OPEN = "SELECT json_agg(i.about) FROM incidents AS i WHERE i.closed_at IS NULL"


def open_in(found: Sequence[dict[str, Any]] | None) -> tuple[About, ...]:
    """Read what ``OPEN`` found."""
    return tuple(found or ())


def add(session: Session, *, ref: str, words: str, about: dict[str, str], opened_by: str, now: datetime) -> None:
    """Write that an incident is open."""
    session.add(Incident(ref=ref, words=words, about=about, opened_by=opened_by, opened_at=now))


def hold_open(session: Session, ref: str) -> Incident | None:
    """Lock an incident that is open."""
    asked = select(Incident).where(Incident.ref == ref, Incident.closed_at.is_(None)).with_for_update()
    return session.scalars(asked).one_or_none()


def open_ones(session: Session) -> list[Incident]:
    """List the incidents that are open, oldest first."""
    return list(session.scalars(select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.opened_at)))
