"""The staff's second factors and recovery codes: held, used, taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.records.tables.people import RecoveryCode, SecondFactor, StaffMember


@dataclass(frozen=True, slots=True)
class Person:
    """A staff member, as those see one who let people in. since: None without a second factor."""

    ref: str
    name: str
    mailbox: str
    role: str
    active: bool
    since: datetime | None
    recovery_codes: int


def has_one(session: Session, staff_id: int) -> bool:
    """Tell whether a staff member has a second factor."""
    return session.scalars(select(SecondFactor.staff_id).where(SecondFactor.staff_id == staff_id)).one_or_none() == (
        staff_id
    )


def held(session: Session, staff_id: int) -> SecondFactor | None:
    """Find a second factor and hold it until the transaction ends, so that no code counts twice."""
    asked = select(SecondFactor).where(SecondFactor.staff_id == staff_id).with_for_update()
    return session.scalars(asked).one_or_none()


def add(
    session: Session,
    *,
    staff_id: int,
    sealed_secret: str,
    used_step: int,
    recovery_hashes: Iterable[bytes],
    now: datetime,
) -> None:
    """Keep a second factor and its recovery codes."""
    values = {"staff_id": staff_id, "sealed_secret": sealed_secret, "used_step": used_step, "confirmed_at": now}
    session.execute(insert(SecondFactor).values(values))
    rows = [{"staff_id": staff_id, "code_hash": code_hash} for code_hash in recovery_hashes]
    if rows:
        session.execute(insert(RecoveryCode), rows)


def use_recovery_code(session: Session, staff_id: int, code_hash: bytes, now: datetime) -> bool:
    """Use a recovery code up; tell whether it was one that nobody had used."""
    using = (
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.staff_id)
    )
    return session.execute(using).one_or_none() is not None


def remove(session: Session, staff_id: int) -> bool:
    """Take a second factor and its recovery codes away; tell whether there was one."""
    # The factor first, as whoever uses one of its recovery codes holds them.
    if held(session, staff_id) is None:
        return False
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff_id))
    return True


def people(session: Session) -> list[Person]:
    """List the staff, those who still work here first, with what each has to come in with."""
    left = func.count(RecoveryCode.code_hash)
    asked = (
        select(StaffMember, SecondFactor.confirmed_at, left)
        .outerjoin(SecondFactor, SecondFactor.staff_id == StaffMember.id)
        .outerjoin(RecoveryCode, and_(RecoveryCode.staff_id == StaffMember.id, RecoveryCode.used_at.is_(None)))
        .group_by(StaffMember.id, SecondFactor.staff_id)
        .order_by(StaffMember.active.desc(), StaffMember.name, StaffMember.id)
    )
    return [
        Person(one.ref, one.name, one.mailbox, one.role, one.active, since, codes)
        for one, since, codes in session.execute(asked)
    ]
