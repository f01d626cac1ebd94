"""Finish a remedy when its last effect has settled, and make the claim line whole."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import moved, touch


def line_of(claim: Claim, line_id: int) -> ClaimLine:
    """Find a line of a claim that is loaded."""
    return next(line for line in claim.lines if line.id == line_id)


def finish(claim: Claim, remedy: Remedy, *, actor: Actor, now: datetime) -> list[ClaimEvent]:
    """Settle a remedy all of whose effects are at their good end; give the events to append. The claim is held."""
    if remedy.state != "promised":
        return []
    remedy.state, remedy.settled_at = "settled", now
    line = line_of(claim, remedy.claim_line_id)
    events = []
    if line.state == ClaimState.ACCEPTED:
        events.append(moved(claim, line, Action.SETTLE, actor=actor, now=now, event="made_whole"))
    touch(claim)
    return events
