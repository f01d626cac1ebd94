"""Let a remedy fail whose way did not work: we still owe it, and the customer may choose again."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import MOVES, Action, ClaimState
from portal.records import claims
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import moved
from portal.services.finish_remedy import line_of

ANOTHER_WAY_DAYS = 90


def fail_remedy(
    claim: Claim,
    remedy: Remedy,
    event: str,
    *,
    effect: dict[str, str],
    reason: str | None,
    actor: Actor,
    now: datetime,
    to_person: bool = False,
) -> tuple[ClaimLine, list[ClaimEvent]]:
    """Note what failed and open the line for other offers, which are the caller's to make, or leave it to a person.

    Gives the line, and the events to append. The claim is held. effect: what failed and its ref, such as
    ``{"refund": "RFD-…"}``.
    """
    line = line_of(claim, remedy.claim_line_id)
    remedy.state = "failed"
    detail = {**effect, "reason": reason}
    events = [claims.event_of(claim.id, event, actor=actor, now=now, line_id=line.id, detail=detail)]
    action = Action.FAIL_TO_PERSON if to_person else Action.FAIL_LATE
    if (ClaimState(line.state), action) in MOVES:
        events.append(moved(claim, line, action, actor=actor, now=now, **effect))
    for offer in line.offers:
        if offer.state == "accepted":
            offer.state = "superseded"
    return line, events
