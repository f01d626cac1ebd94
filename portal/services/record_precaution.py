"""Keep what was done about a parcel on the prevention list, by whom and when."""

from datetime import datetime

from portal.domain.actors import Actor, ActorKind, staff_id_of
from portal.domain.errors import MovedOn, NotFound
from portal.domain.prevention import LONGEST_NOTE, BadOutcome, Done
from portal.records import deeds, prevention
from portal.records.tables.prevention import Precaution
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def record_precaution(
    toolkit: Toolkit,
    *,
    ref: str,
    done: str,
    note: str,
    actor: Actor,
    seen: str | None = None,
    said_at: datetime | None = None,
) -> None:
    """Keep what was done; said again the same it changes nothing, and said otherwise it takes the place of the first.

    seen: ``prevention.seen`` of when the page was opened, where a page was; MovedOn where something else was written
    down since, and where a message would take the place of what a colleague said. said_at: when a message was signed;
    one that is no younger than what is kept changes nothing. No note is kept where the customer was erased. Raises
    BadOutcome for what nobody can have done or a note that is too long, and NotFound.
    """
    if done not in set(Done):
        raise BadOutcome("done")
    said = note.strip()
    if len(said) > LONGEST_NOTE:
        raise BadOutcome("note")
    with toolkit.transaction() as session:
        precaution = prevention.hold(session, ref)
        if precaution is None:
            raise NotFound(ref)
        said = "" if prevention.is_of_nobody(session, precaution) else said
        if (precaution.done, precaution.note) == (done, said):
            prevention.keep_said_again(precaution, said_at)
            return
        if _comes_too_late(precaution, said_at):
            return
        if (seen is not None and seen != prevention.seen(precaution)) or (
            _is_of_a_colleague(precaution) and actor.kind is not ActorKind.STAFF
        ):
            raise MovedOn(ref)
        now = toolkit.now()
        # How long the notes are tells that one was replaced; their words may be of a person, and no deed is changed.
        detail = {"done": done, "before": precaution.done or "", "note": len(said), "note_before": len(precaution.note)}
        prevention.keep_done(precaution, Done(done), said, actor, now, said_at)
        deeds.note(session, "precaution_done", ref, actor=actor, now=now, detail=detail)


def _comes_too_late(precaution: Precaution, said_at: datetime | None) -> bool:
    return said_at is not None and precaution.said_at is not None and said_at <= precaution.said_at


def _is_of_a_colleague(precaution: Precaution) -> bool:
    return precaution.done_by is not None and staff_id_of(precaution.done_by) is not None
