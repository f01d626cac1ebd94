"""The staff as colleagues see each other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.records.tables.people import StaffMember


def by_ref(session: Session, ref: str) -> StaffMember | None:
    """Find an active staff member by the public name."""
    return session.scalars(select(StaffMember).where(StaffMember.ref == ref, StaffMember.active)).one_or_none()
