"""The customer asks for a person instead of what is offered, or asks again after a no."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.errors import MovedOn, NotFound, UnitsTaken
from portal.domain.reasons import EscalateReason
from portal.records import claims
from portal.records.sessions import IntegrityError, Session, violates
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.apply_verdict import move, supersede_offers, touch
from portal.services.letter_of_claim import leave_letter
from portal.services.toolkit import Toolkit, tried_again

_BY_STATE = {
    ClaimState.OFFERED: Action.ASK_PERSON,
    ClaimState.WAITING: Action.ASK_PERSON,
    ClaimState.DECLINED: Action.ASK_AGAIN,
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What the customer asks a person to look at. reason: why a person is wanted, as an EscalateReason."""

    claim_ref: str
    client_key: str
    body: str
    reason: EscalateReason = EscalateReason.ASKED_FOR_A_PERSON


@tried_again
def ask_for_person(toolkit: Toolkit, *, customer_id: int, asking: Asking) -> None:
    """Escalate every line that is offered, waits or was declined; a repeat of the same page changes nothing.

    Raises NotFound, MovedOn (no line can go to a person any more), UnitsTaken (they were reported anew meanwhile).
    """
    try:
        with toolkit.transaction() as session:
            claim = claims.hold_whole(session, asking.claim_ref, customer_id)
            if claim is None:
                raise NotFound("no such claim")
            _escalate(session, claim, asking, Actor.claimant(customer_id), toolkit.now())
    except IntegrityError as error:
        if violates(error, "ix_claim_units_one_live"):
            raise UnitsTaken(asking.claim_ref) from error
        raise


def _escalate(session: Session, claim: Claim, asking: Asking, actor: Actor, now: datetime) -> None:
    if not claims.add_message(
        session, claim.id, "from_customer", asking.body, client_key=asking.client_key, actor=actor, now=now
    ):
        return
    lines = [line for line in claim.lines if ClaimState(line.state) in _BY_STATE]
    if not lines:
        raise MovedOn(claim.ref)
    for line in lines:
        _one(session, claim, line, asking, actor, now)
    touch(claim, answer_within=now + PERSON_ANSWERS_WITHIN)
    leave_letter(session, claim, "escalated")


def _one(session: Session, claim: Claim, line: ClaimLine, asking: Asking, actor: Actor, now: datetime) -> None:
    action = _BY_STATE[ClaimState(line.state)]
    supersede_offers(line)
    if action is Action.ASK_AGAIN:
        claims.retake_units(session, line)
    move(
        session,
        claim,
        line,
        action,
        actor=actor,
        now=now,
        event="asked_again" if action is Action.ASK_AGAIN else "asked_for_a_person",
        reason=asking.reason.value,
    )
    line.reason, line.wait_until, line.evidence_wanted = asking.reason.value, None, None
