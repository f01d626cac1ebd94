"""Staff members and their authority limits."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.domain.authority import Decider, Role
from portal.records.sessions import at_once
from portal.records.tables.people import AuthorityLimit, StaffMember


def by_id(session: Session, staff_id: int) -> StaffMember | None:
    """Find a staff member who is active, in one statement and no transaction."""
    at_once(session)
    asked = select(StaffMember).where(StaffMember.id == staff_id, StaffMember.active)
    return session.scalars(asked).one_or_none()


def by_mailbox(session: Session, mailbox: str) -> StaffMember | None:
    """Find a staff member, active or not."""
    return session.scalars(select(StaffMember).where(StaffMember.mailbox == mailbox)).one_or_none()


def held_by_mailbox(session: Session, mailbox: str) -> StaffMember | None:
    """Find a staff member, active or not, and hold the row until the transaction ends."""
    asked = select(StaffMember).where(StaffMember.mailbox == mailbox).with_for_update()
    return session.scalars(asked).one_or_none()


def held_by_id(session: Session, staff_id: int) -> StaffMember | None:
    """Find a staff member who is active, and hold the row until the transaction ends."""
    asked = select(StaffMember).where(StaffMember.id == staff_id, StaffMember.active).with_for_update()
    return session.scalars(asked).one_or_none()


def mailbox_of(session: Session, staff_id: int) -> str:
    """Give the mailbox of a staff member."""
    return session.scalars(select(StaffMember.mailbox).where(StaffMember.id == staff_id)).one()


def active_admins(session: Session) -> int:
    """Count the active admins, and hold them, so that two cannot leave at once."""
    asked = select(StaffMember.id).where(StaffMember.role == Role.ADMIN, StaffMember.active).with_for_update()
    return len(session.scalars(asked).all())


def add(session: Session, *, ref: str, mailbox: str, name: str, role: Role, password_hash: str) -> int:
    """Add a staff member and give the id."""
    values = {"ref": ref, "mailbox": mailbox, "name": name, "role": role.value, "password_hash": password_hash}
    return session.execute(insert(StaffMember).values(values).returning(StaffMember.id)).scalar_one()


def set_limits(session: Session, staff_id: int, limits: Mapping[str, int]) -> None:
    """Set the authority limits of a staff member anew: currency to the most in minor units."""
    session.execute(delete(AuthorityLimit).where(AuthorityLimit.staff_id == staff_id))
    rows = [
        {"staff_id": staff_id, "currency": currency, "amount_minor": minor}
        for currency, minor in sorted(limits.items())
    ]
    if rows:
        session.execute(insert(AuthorityLimit), rows)


def limits_of(session: Session, staff_id: int) -> dict[str, int]:
    """Read the authority limits of a staff member."""
    asked = select(AuthorityLimit).where(AuthorityLimit.staff_id == staff_id)
    return {limit.currency: limit.amount_minor for limit in session.scalars(asked)}


def decider(session: Session, staff_id: int) -> Decider | None:
    """Read an active staff member as authority rules see one."""
    member = session.get(StaffMember, staff_id)
    if member is None or not member.active:
        return None
    return Decider(member.id, Role(member.role), member.mailbox, limits_of(session, staff_id))
