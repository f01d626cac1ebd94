"""Create staff members, and close their accounts."""

from collections.abc import Mapping

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import Conflict, NotAllowed, NotFound
from portal.domain.mailboxes import normalise
from portal.domain.refs import new_ref
from portal.records import browser_sessions, deeds, staff
from portal.records.sessions import IntegrityError, violates
from portal.services.passwords import hashed
from portal.services.toolkit import Toolkit

# Whoever may type commands on the machine, which keeps its own record of who that was.
COMMAND = Actor.system("command")


def create_staff(
    toolkit: Toolkit,
    *,
    mailbox: str,
    name: str,
    role: Role,
    password: str,
    limits: Mapping[str, int],
    actor: Actor = COMMAND,
) -> str:
    """Create a staff member and give the ref. limits: currency to the most that may be approved alone, in minor units.

    Raises BadMailbox, BadPassword, Conflict where the mailbox is taken.
    """
    known_as = normalise(mailbox)
    password_hash = hashed(password, mailbox=known_as)
    ref = new_ref("STF")
    try:
        with toolkit.transaction() as session:
            staff_id = staff.add(session, ref=ref, mailbox=known_as, name=name, role=role, password_hash=password_hash)
            staff.set_limits(session, staff_id, limits)
            detail = {"role": role.value, "limits": dict(limits)}
            deeds.note(session, "staff_created", known_as, actor=actor, now=toolkit.now(), detail=detail)
    except IntegrityError as error:
        if violates(error, "uq_staff_mailbox"):
            raise Conflict(f"{known_as} is a staff member already") from error
        raise
    return ref


def deactivate_staff(toolkit: Toolkit, *, mailbox: str, actor: Actor = COMMAND) -> int:
    """Close an account and end its sessions at once; tell how many there were.

    Raises NotFound, and NotAllowed for the last admin, without whom nobody could let anybody in again.
    """
    with toolkit.transaction() as session:
        admins = staff.active_admins(session)
        member = staff.held_by_mailbox(session, normalise(mailbox))
        if member is None:
            raise NotFound(mailbox)
        if member.active and member.role == Role.ADMIN and admins == 1:
            raise NotAllowed("the last admin stays")
        member.active = False
        deeds.note(session, "staff_closed", member.mailbox, actor=actor, now=toolkit.now())
        session.flush()
        return browser_sessions.end_all_of(session, f"staff:{member.id}")
