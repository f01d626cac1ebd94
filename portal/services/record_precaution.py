"""Keep what was done about a parcel on the prevention list, by whom and when."""

from portal.domain.actors import Actor, ActorKind, staff_id_of
from portal.domain.errors import MovedOn, NotFound
from portal.domain.prevention import LONGEST_NOTE, BadOutcome, Done
from portal.records import deeds, prevention
from portal.records.tables.prevention import Precaution
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def record_precaution(
    toolkit: Toolkit, *, ref: str, done: str, note: str, actor: Actor, seen: str | None = None
) -> None:
    """Keep what was done; said again the same it changes nothing, and said otherwise it takes the place of the first.

    seen: what stood there when the page was opened (empty for nothing), where a page was; MovedOn where something else
    does by now, and where a message would take the place of what a colleague said. Raises BadOutcome for what nobody
    can have done or a note that is too long, and NotFound.
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
        before = precaution.done or ""
        if before == done and precaution.note == said:
            return
        if (seen is not None and seen != before) or (
            _is_of_a_colleague(precaution) and actor.kind is not ActorKind.STAFF
        ):
            raise MovedOn(ref)
        now = toolkit.now()
        prevention.keep_done(precaution, Done(done), said, actor, now)
        deeds.note(session, "precaution_done", ref, actor=actor, now=now, detail={"done": done, "before": before})


def _is_of_a_colleague(precaution: Precaution) -> bool:
    return precaution.done_by is not None and staff_id_of(precaution.done_by) is not None
