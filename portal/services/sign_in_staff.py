"""Sign a staff member in by mailbox and password; the same time and answer for an unknown mailbox."""

from dataclasses import dataclass
from datetime import timedelta

from portal.domain.authority import Role
from portal.domain.errors import WrongPassword
from portal.domain.mailboxes import BadMailbox, normalise
from portal.records import staff
from portal.services.limit_rate import Limit, Visitor, by_place, limit_rate
from portal.services.passwords import fits, warm_up
from portal.services.toolkit import Toolkit

PER_MAILBOX = Limit("staff-mailbox", 10, timedelta(minutes=15))
PER_HOST = Limit("staff-host", 40, timedelta(minutes=15))
PER_NETWORK = Limit("staff-network", 200, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class LetIn:
    """The staff member who came in."""

    staff_id: int
    role: Role


def sign_in_staff(toolkit: Toolkit, *, mailbox: str, password: str, visitor: Visitor) -> LetIn:
    """Tell who signs in. Raises WrongPassword (also for a closed account or an unknown mailbox), TooMany."""
    try:
        known_as = normalise(mailbox)
    except BadMailbox:
        known_as = "nobody"
    limit_rate(toolkit, [(PER_MAILBOX, known_as), *by_place(toolkit, visitor, PER_HOST, PER_NETWORK)])
    warm_up()
    with toolkit.reading() as session:
        member = staff.by_mailbox(session, known_as)
    right = fits(password, member.password_hash if member else None)
    if member is None or not right or not member.active:
        raise WrongPassword
    return LetIn(member.id, Role(member.role))
