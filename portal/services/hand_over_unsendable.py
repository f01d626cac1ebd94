"""Hand over to a person what was only to be sent again, and there is none left: nobody faces a page without a way."""

from collections.abc import Mapping
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.offers import RemedyKind
from portal.domain.reasons import EscalateReason
from portal.domain.stock import Free, lacking
from portal.records import claims, stock
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.apply_verdict import move, supersede_offers, touch
from portal.services.letter_of_claim import leave_letter
from portal.services.toolkit import Toolkit

STOCK = Actor.system("stock")


def hand_over_unsendable(toolkit: Toolkit, *, customer_id: int, claim_ref: str) -> None:
    """Move the lines of a claim whose one offer is to send what there is none of any more; tell the customer."""
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref, customer_id)
        if claim is None:
            return
        now = toolkit.now()
        stranded = _stranded(claim, stock.free_for(session, claim.id), now)
        for line in stranded:
            supersede_offers(line)
            line.reason = EscalateReason.OUT_OF_STOCK.value
            reason = {"reason": line.reason}
            move(session, claim, line, Action.ASK_PERSON, actor=STOCK, now=now, event="escalated", **reason)
        if stranded:
            touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
            leave_letter(session, claim, "escalated")


def _stranded(claim: Claim, free: Mapping[int, Free], now: datetime) -> list[ClaimLine]:
    offered = [line for line in claim.lines if line.state == ClaimState.OFFERED]
    only = [line for line in offered if _live(line, now) == [RemedyKind.REPLACEMENT]]
    without = lacking({line.id: line.quantity for line in only}, free)
    return [line for line in only if line.id in without]


def _live(line: ClaimLine, now: datetime) -> list[str]:
    return [offer.kind for offer in line.offers if offer.state == "live" and offer.expires_at > now]
