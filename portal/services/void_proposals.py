"""Void what waits for a second person: any change to a claim does."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.records import claims, decisions
from portal.records.sessions import Session


def void_proposals_of(session: Session, claim_id: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Void every proposal on a claim that is held. why: a word of ours, for the history."""
    for row in decisions.proposed(session, claim_id):
        row.state = "void"
        detail = {"decision": row.ref, "why": why}
        claims.add_event(
            session, claim_id, "proposal_voided", actor=actor, now=now, line_id=row.claim_line_id, detail=detail
        )
