"""Take somebody off a list before the entry's time is over, with a reason."""

from portal.domain.actors import Actor
from portal.domain.errors import BadWords, MovedOn, NotFound
from portal.records import deeds, lists
from portal.services.add_to_list import check_may_keep
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def end_list_entry(toolkit: Toolkit, *, staff_id: int, ref: str, reason: str) -> None:
    """End an entry now.

    Raises NotFound, NotAllowed (another role, or one's own), BadWords (no reason), MovedOn where it has ended already.
    """
    now, actor = toolkit.now(), Actor.staff(staff_id)
    if not reason:
        raise BadWords("an end has a reason")
    with toolkit.transaction() as session:
        entry = lists.hold(session, ref)
        if entry is None:
            raise NotFound("no such entry")
        check_may_keep(toolkit, session, staff_id, entry.key)
        if entry.ended_at is not None or entry.expires_at <= now:
            raise MovedOn(ref)
        entry.ended_at, entry.ended_by, entry.end_reason = now, str(actor), reason
        deeds.note(session, "list_entry_ended", ref, actor=actor, now=now, detail={"list": entry.kind})
