"""The staff as colleagues see each other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.authority import DECIDES
from portal.records.tables.people import StaffMember


def by_ref(session: Session, ref: str) -> StaffMember | None:
    """Find an active staff member by the public name."""
    return session.scalars(select(StaffMember).where(StaffMember.ref == ref, StaffMember.active)).one_or_none()


def deciders(session: Session) -> list[StaffMember]:
    """List the active staff who decide claims, by name."""
    roles = [role.value for role in DECIDES]
    asked = select(StaffMember).where(StaffMember.active, StaffMember.role.in_(roles))
    return list(session.scalars(asked.order_by(StaffMember.name, StaffMember.id)))
