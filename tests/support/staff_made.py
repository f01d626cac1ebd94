"""Staff members for tests of services, without a password that anybody could type."""

from collections.abc import Mapping

from portal.domain.authority import Role
from portal.domain.refs import new_ref
from portal.records import staff
from portal.services.toolkit import Toolkit


def a_staff_member(toolkit: Toolkit, mailbox: str, role: Role, limits: Mapping[str, int]) -> int:
    """Make one, and give their id. limits: what they approve alone, in minor units by currency."""
    with toolkit.transaction() as session:
        made = staff.add(session, ref=new_ref("STF"), mailbox=mailbox, name="Bia", role=role, password_hash="none")
        staff.set_limits(session, made, limits)
    return made
