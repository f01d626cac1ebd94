"""Declare an incident that a person confirmed: policy asks whether one is open for a claim line."""

from collections.abc import Mapping

from portal.domain.actors import Actor
from portal.domain.incidents import BadIncident, about_of, measure_of
from portal.domain.refs import new_ref
from portal.records import deeds, incidents
from portal.services.toolkit import Toolkit, tried_again

_MOST_LETTERS = 2_000


@tried_again
def declare_incident(toolkit: Toolkit, *, words: str, about: Mapping[str, str | None], actor: Actor) -> str:
    """Open an incident, and give its ref. about: facts of ``portal.domain.incidents.ABOUT``; all of them must fit.

    Claims that are reported from now on, or judged again, are told that it is open. Raises BadIncident.
    """
    said, named = words.strip(), about_of(about)
    if not 0 < len(said) <= _MOST_LETTERS:
        raise BadIncident(f"an incident is told in 1 to {_MOST_LETTERS} letters")
    ref, now = new_ref("INC"), toolkit.now()
    with toolkit.transaction() as session:
        incidents.add(
            session, ref=ref, words=said, about=named, opened_by=str(actor), now=now, measure=measure_of(named)
        )
        deeds.note(session, "incident_opened", ref, actor=actor, now=now, detail={"about": named, "words": said})
    return ref
