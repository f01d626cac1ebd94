"""Give a staff member another password; whoever came in with the old one is out."""

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.mailboxes import normalise
from portal.records import browser_sessions, deeds, staff
from portal.services.create_staff import COMMAND
from portal.services.passwords import hashed
from portal.services.toolkit import Toolkit


def change_password(toolkit: Toolkit, *, mailbox: str, password: str, actor: Actor = COMMAND) -> int:
    """Set a password and end every session at once; tell how many there were. Raises NotFound, BadPassword."""
    known_as = normalise(mailbox)
    password_hash = hashed(password, mailbox=known_as)
    with toolkit.transaction() as session:
        member = staff.held_by_mailbox(session, known_as)
        if member is None:
            raise NotFound(mailbox)
        member.password_hash = password_hash
        deeds.note(session, "password_changed", known_as, actor=actor, now=toolkit.now())
        session.flush()
        return browser_sessions.end_all_of(session, f"staff:{member.id}")
