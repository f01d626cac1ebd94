"""Take a staff member's second factor away, so that they enrol a new one: the password alone still opens nothing."""

from portal.domain.actors import Actor
from portal.domain.errors import NotAllowed, NotFound
from portal.records import browser_sessions, deeds, second_factors, staff
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def reset_second_factor(toolkit: Toolkit, *, mailbox: str, actor: Actor) -> int:
    """Take factor and recovery codes away and end every session at once; tell how many there were.

    Raises NotFound where there is no such person or nothing to take away, NotAllowed for one's own.
    """
    with toolkit.transaction() as session:
        member = staff.held_by_mailbox(session, mailbox)
        if member is None:
            raise NotFound(mailbox)
        if actor == Actor.staff(member.id):
            raise NotAllowed("nobody resets their own second factor")
        if not second_factors.remove(session, member.id):
            raise NotFound("there is no second factor")
        deeds.note(session, "second_factor_reset", member.mailbox, actor=actor, now=toolkit.now())
        session.flush()
        return browser_sessions.end_all_of(session, f"staff:{member.id}")
