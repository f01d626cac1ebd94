"""Put somebody on the allow or the block list: for a time, with a reason, and never oneself."""

from dataclasses import dataclass
from datetime import date

from portal.domain.actors import Actor
from portal.domain.authority import KEEPS_LISTS, Role
from portal.domain.errors import BadWords, NotAllowed, NotFound
from portal.domain.limits import ListKind
from portal.domain.lists import AlreadyListed, end_of
from portal.domain.mailboxes import normalise
from portal.records import deeds, lists, staff
from portal.records.sessions import Session
from portal.services.listable_subjects import Listable, claim_of, of_claim, of_mailbox
from portal.services.toolkit import Toolkit, tried_again

LISTS = Actor.system("lists")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be listed: a subject of a claim, by its name there, or a mailbox. until: its last day."""

    kind: ListKind
    reason: str
    until: date
    claim_ref: str = ""
    subject: str = ""
    mailbox: str = ""


@tried_again
def add_to_list(toolkit: Toolkit, *, staff_id: int, entry: Entry) -> str:
    """Add an entry and give its ref.

    Raises NotAllowed (another role, or one's own), NotFound (no such claim or subject), BadMailbox, BadEnd, BadWords
    (no reason), AlreadyListed.
    """
    now, actor = toolkit.now(), Actor.staff(staff_id)
    if not entry.reason:
        raise BadWords("an entry has a reason")
    expires_at = end_of(entry.until, now, toolkit.zone)
    with toolkit.transaction() as session:
        claim_id, listed = _subject(toolkit, session, entry)
        check_may_keep(toolkit, session, staff_id, listed.key.key)
        lists.take_turn(session, listed.key.key)
        lists.close_expired(session, listed.key.key, actor=LISTS, now=now)
        stands = lists.live_of(session, listed.key.key, now)
        if stands is not None:
            raise AlreadyListed(stands.ref, ListKind(stands.kind))
        values = {
            "kind": entry.kind.value,
            "subject": listed.key.kind.value,
            "key": listed.key.key,
            "shown": listed.shown,
            "reason": entry.reason,
            "claim_id": claim_id,
            "added_by": str(actor),
            "added_at": now,
            "expires_at": expires_at,
        }
        ref = lists.add(session, values)
        # What is written here can never be taken out, so it names nobody.
        detail = {"list": entry.kind.value, "of": listed.key.kind.value, "until": entry.until.isoformat()}
        deeds.note(session, "list_entry_added", ref, actor=actor, now=now, detail=detail)
        return ref


def check_may_keep(toolkit: Toolkit, session: Session, staff_id: int, key: bytes) -> None:
    """Raise NotAllowed for a role that keeps no lists, and for whoever would list what they report with themselves."""
    member = staff.held_by_id(session, staff_id)
    if member is None or Role(member.role) not in KEEPS_LISTS:
        raise NotAllowed("this role keeps no lists")
    if lists.is_of(session, key, of_mailbox(toolkit, member.mailbox).key):
        raise NotAllowed("nobody lists themselves")


def _subject(toolkit: Toolkit, session: Session, entry: Entry) -> tuple[int | None, Listable]:
    if not entry.claim_ref:
        return None, of_mailbox(toolkit, normalise(entry.mailbox))
    claim = claim_of(session, entry.claim_ref)
    found = of_claim(toolkit, session, claim) if claim else ()
    listed = next((one for one in found if one.name == entry.subject), None)
    if claim is None or listed is None:
        raise NotFound("no such claim, or nothing of it that is called so")
    return claim.id, listed
