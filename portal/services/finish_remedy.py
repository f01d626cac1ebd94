"""Finish a remedy when its last effect has settled, and make the claim line whole."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.records import remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import move, touch


def line_of(claim: Claim, line_id: int) -> ClaimLine:
    """Find a line of a claim that is loaded."""
    return next(line for line in claim.lines if line.id == line_id)


def finish_when_settled(
    session: Session, claim: Claim, remedy: Remedy, *, actor: Actor, now: datetime, settled: str | None = None
) -> None:
    """Settle a remedy all of whose effects are at their good end. The claim is held.

    settled: the ref of the refund or replacement that has just got there, whether or not it was written yet.
    """
    if remedy.state != "promised" or not remedies.are_settled(session, remedy, settled=settled):
        return
    remedy.state, remedy.settled_at = "settled", now
    line = line_of(claim, remedy.claim_line_id)
    if line.state == ClaimState.ACCEPTED:
        move(session, claim, line, Action.SETTLE, actor=actor, now=now, event="made_whole")
    touch(claim)
