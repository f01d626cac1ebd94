"""Give back the credit that a checkout has set aside and does not need."""

from portal.domain.credit import HoldSettled, HoldState
from portal.domain.errors import NotFound
from portal.domain.money import zero
from portal.records import credit
from portal.records.sessions import Session
from portal.services.answer_once import Answer, Call, Say, answer_once
from portal.services.show_hold import Hold, drawn
from portal.services.toolkit import Toolkit


def release_credit(toolkit: Toolkit, call: Call, hold_ref: str, say: Say) -> Answer:
    """Free a hold, once for the call; see `answer_once` for what it gives.

    Again, under any key, gives the same hold. An expired hold is released too, so that no capture comes after.
    Refused as NotFound, or HoldSettled after a capture; raises KeyUsedBefore.
    """
    return answer_once(toolkit, call, lambda session: _release(toolkit, session, call.api_key_id, hold_ref), say)


def _release(toolkit: Toolkit, session: Session, api_key_id: int, hold_ref: str) -> Hold:
    found = credit.lock_hold(session, api_key_id, hold_ref)
    if found is None:
        raise NotFound("there is no such hold")
    hold, account = found
    now = toolkit.now()
    if hold.state == HoldState.CAPTURED.value:
        raise HoldSettled(HoldState.CAPTURED)
    if hold.state != HoldState.RELEASED.value:
        credit.settle_hold(session, hold, HoldState.RELEASED, zero(account.currency), now)
    return drawn(hold, account, now)
