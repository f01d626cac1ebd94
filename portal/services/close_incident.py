"""Close an incident with proof that it fell, or without and with a reason; or make it a part of another."""

from portal.domain.actors import Actor
from portal.domain.errors import MovedOn, NotFound
from portal.domain.incidents import BadIncident, Flag, Outcome, Verdict, check_may_close
from portal.records import deeds, incident_tellings, incidents
from portal.records.sessions import Session
from portal.records.tables.incidents import Incident
from portal.services.move_outreach import pause_all_of
from portal.services.toolkit import Toolkit, tried_again
from portal.services.work_on_incident import At, held, leave_proof, said


@tried_again
def close_with_proof(toolkit: Toolkit, at: At) -> None:
    """Close an incident that fell after its fix. Raises NotFound, MovedOn, and NotProven with how much is lacking."""
    with held(toolkit, at) as (session, incident, now):
        proof = incident.proof or {}
        check_may_close(Verdict(proof.get("verdict", Verdict.NO_FIX)), proof.get("lacking"))
        incident_tellings.drop_waiting(session, incident, at.actor, now)
        pause_all_of(toolkit, session, incident, at.actor)
        incidents.close(session, incident, Outcome.FELL, by=str(at.actor), reason="", now=now)
        detail = {"change": proof["change"], "before": proof["before"], "after": proof["after"]}
        deeds.note(session, "incident_closed", at.ref, actor=at.actor, now=now, detail=detail)


@tried_again
def close_without_proof(toolkit: Toolkit, at: At, *, reason: str) -> None:
    """Close an incident of which nothing proves that it fell; it stays flagged. Raises BadIncident without a reason."""
    words = said(reason, "reason")
    with held(toolkit, at) as (session, incident, _now):
        _unproven(toolkit, session, incident, words, at.actor)


@tried_again
def close_incident(toolkit: Toolkit, *, ref: str, reason: str, actor: Actor) -> None:
    """Close an incident at the machine, without proof, and flagged so. Raises NotFound where none of that ref is open.

    reason: why it is closed all the same.
    """
    with toolkit.transaction() as session:
        incident = incidents.hold_open(session, ref)
        if incident is None:
            raise NotFound(ref)
        _unproven(toolkit, session, incident, reason, actor)


def _unproven(toolkit: Toolkit, session: Session, incident: Incident, reason: str, actor: Actor) -> None:
    now = toolkit.now()
    incident_tellings.drop_waiting(session, incident, actor, now)
    pause_all_of(toolkit, session, incident, actor)
    incident.flag = Flag.NOT_PROVEN.value
    incidents.close(session, incident, Outcome.NOT_PROVEN, by=str(actor), reason=reason, now=now)
    deeds.note(session, "incident_closed_unproven", incident.ref, actor=actor, now=now, detail={"words": reason})


@tried_again
def merge_incident(toolkit: Toolkit, at: At, *, into: str) -> None:
    """Make an incident a part of another: its claims and patterns follow, and its ref leads there.

    Raises NotFound, MovedOn, and BadIncident where the other is itself, unknown, closed or a part of a third.
    """
    if into == at.ref:
        raise BadIncident("an incident is no part of itself", "into")
    now = toolkit.now()
    with toolkit.transaction() as session:
        # Two that are merged into each other at once are held in one order.
        found = {ref: incidents.hold(session, ref) for ref in sorted((at.ref, into))}
        one, other = found[at.ref], found[into]
        if one is None:
            raise NotFound(at.ref)
        if one.closed_at or one.merged_into or one.version != at.version:
            raise MovedOn(at.ref)
        if other is None or other.closed_at or other.merged_into:
            raise BadIncident("there is no such incident that is open", "into")
        incident_tellings.drop_waiting(session, one, at.actor, now)
        one.version += 1
        session.flush()
        incidents.merge(session, one, other)
        # What was counted of the other alone proves nothing any more.
        other.proof = None
        if other.fix_on is not None:
            leave_proof(session, other, now)
        for subject, names in ((at.ref, into), (into, at.ref)):
            kind = "incident_merged" if subject == at.ref else "incident_took_in"
            deeds.note(session, kind, subject, actor=at.actor, now=now, detail={"incident": names})
