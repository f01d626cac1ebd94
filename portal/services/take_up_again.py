"""Take up a remedy again whose parcel was refused and leaves all the same: goods go out, so nothing else may."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import MOVES, Action, ClaimState
from portal.domain.reasons import EscalateReason
from portal.records.effects import Held
from portal.records.sessions import Session
from portal.records.tables.claims import ClaimEvent
from portal.services.apply_verdict import moved, supersede_offers
from portal.services.finish_remedy import line_of
from portal.services.void_proposals import void_proposals_of


def can_be_taken_up(held: Held) -> bool:
    """Tell whether nothing took the place of a remedy that failed, and the choice or a decision is still open."""
    line = line_of(held.claim, held.remedy.claim_line_id)
    return held.remedy.state == "failed" and (ClaimState(line.state), Action.LEAVE_AFTER_ALL) in MOVES


def take_up_again(session: Session, held: Held, *, actor: Actor, now: datetime) -> ClaimEvent:
    """Let what the customer had chosen count again, and take every other way off the page; give the event to append.

    Who asked for a person is still answered by one, by the same hour.
    """
    claim, remedy = held.claim, held.remedy
    line = line_of(claim, remedy.claim_line_id)
    void_proposals_of(session, claim.id, "left_after_all", actor=actor, now=now)
    supersede_offers(line)
    for offer in line.offers:
        if offer.id == remedy.offer_id:
            offer.state = "accepted"
    if line.state == ClaimState.ESCALATED and line.reason == EscalateReason.ASKED_FOR_A_PERSON:
        claim.waits_for_answer = True
    line.reason, line.evidence_wanted = None, None
    remedy.state = "promised"
    return moved(claim, line, Action.LEAVE_AFTER_ALL, actor=actor, now=now, event="left_after_all", remedy=remedy.ref)
