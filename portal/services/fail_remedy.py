"""Let a remedy fail whose way did not work: we still owe it, and the customer may choose again."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.records import claims
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import move
from portal.services.finish_remedy import line_of

ANOTHER_WAY_DAYS = 90


def fail_remedy(
    session: Session,
    claim: Claim,
    remedy: Remedy,
    event: str,
    *,
    effect: dict[str, str],
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> ClaimLine:
    """Note what failed and open the line for other offers, which are the caller's to make; give the line.

    effect: what failed and its ref, such as ``{"refund": "RFD-…"}``. The claim is held.
    """
    line = line_of(claim, remedy.claim_line_id)
    remedy.state = "failed"
    detail = {**effect, "reason": reason}
    claims.add_event(session, claim.id, event, actor=actor, now=now, line_id=line.id, detail=detail)
    if ClaimState(line.state) in (ClaimState.ACCEPTED, ClaimState.MADE_WHOLE):
        move(session, claim, line, Action.FAIL_LATE, actor=actor, now=now, **effect)
    for offer in line.offers:
        if offer.state == "accepted":
            offer.state = "superseded"
    return line
