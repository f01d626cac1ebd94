"""Staff members for tests of services, without a password that anybody could type."""

from collections.abc import Mapping

from portal.domain.authority import Role
from portal.domain.refs import new_ref
from portal.records import staff
from portal.services.toolkit import Toolkit


def a_staff_member(
    toolkit: Toolkit, mailbox: str = "", role: Role = Role.AGENT, limits: Mapping[str, int] | None = None
) -> int:
    """Make one, and give their id. limits: what they approve alone, in minor units by currency."""
    mailbox = mailbox or f"{new_ref('p', 9).lower()}@shop.example"
    with toolkit.transaction() as session:
        made = staff.add(session, ref=new_ref("STF"), mailbox=mailbox, name="Bia", role=role, password_hash="none")
        staff.set_limits(session, made, limits or {})
    return made
