"""The names of staff by how they are written as actors."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor, staff_id_of
from portal.records.tables.people import StaffMember


def names_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Name those of some actors who are staff, also those who left, by the text that names the actor. One query."""
    found = {number for actor in actors if (number := staff_id_of(actor)) is not None}
    if not found:
        return {}
    asked = select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(found))
    return {str(Actor.staff(row.id)): row.name for row in session.execute(asked)}
