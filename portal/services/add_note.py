"""A note for colleagues; the customer never sees it, and the claim stands where it stood."""

from dataclasses import dataclass

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import NotAllowed, NotFound
from portal.records import claims, staff
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague should know. key is made by the page: the same key is the same note."""

    claim_ref: str
    key: str
    body: str


@tried_again
def add_note(toolkit: Toolkit, *, staff_id: int, note: Note) -> None:
    """Keep a note; a repeat of the same page changes nothing. Raises NotFound, NotAllowed."""
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, note.claim_ref)
        if claim is None:
            raise NotFound("no such claim")
        decider = staff.decider(session, staff_id)
        if decider is None or decider.role not in DECIDES:
            raise NotAllowed("this role does not work on claims")
        now, actor = toolkit.now(), Actor.staff(staff_id)
        if claims.add_message(session, claim.id, "note", note.body, client_key=note.key, actor=actor, now=now):
            claims.add_event(session, claim.id, "note_added", actor=actor, now=now)
