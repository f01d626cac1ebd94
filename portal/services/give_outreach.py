"""Give the letters of outreaches to the worker at a steady rate, and let an outreach go on or end once all are told."""

import structlog

from portal.domain.outreach import (
    TELLS,
    TRIED_AGAIN_AFTER,
    US,
    OutreachMove,
    OutreachState,
    TargetState,
    allowance,
    next_state,
    spent,
)
from portal.records import deeds, outbox, outreach_targets, outreaches
from portal.records.sessions import Session
from portal.records.tables.outreach import Outreach
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)
TELL = "outreach.tell"
_SECONDS = 60


def outreaches_that_tell(toolkit: Toolkit) -> list[str]:
    """Name the outreaches that tell customers now."""
    with toolkit.reading() as session:
        return list(outreaches.telling(session))


def go_on_with_all(toolkit: Toolkit) -> None:
    """Go on with every outreach that tells; one that breaks holds no other back, and is raised after the last."""
    broken = []
    for ref in outreaches_that_tell(toolkit):
        try:
            go_on_with_outreach(toolkit, ref=ref)
        except Exception as error:
            log.exception("an outreach could not go on", outreach=ref)
            broken.append(error)
    if broken:
        raise ExceptionGroup("outreaches that could not go on", broken)


@tried_again
def go_on_with_outreach(toolkit: Toolkit, *, ref: str) -> int:
    """Leave a job for each customer that may be told within this minute, spread over it; tell how many: a letter each.

    Whoever was handed over and is not told ten minutes later is handed over again. Safe beside itself.
    """
    with toolkit.transaction() as session:
        held, now = outreaches.hold(session, ref), toolkit.now()
        if held is None or held.state not in TELLS:
            return 0
        if held.state == OutreachState.TELLING and held.kept_back_until and held.kept_back_until <= now:
            outreach_targets.release(session, held, now)
        most, since = allowance(held.given_until, held.per_minute, now)
        customers = outreach_targets.next_customers(session, held, now=now, most=most)
        held.given_until = spent(since, len(customers), held.per_minute)
        outreach_targets.put_off(session, held, customers, now + TRIED_AGAIN_AFTER)
        for number, customer_id in enumerate(customers):
            seconds = number * _SECONDS / held.per_minute
            outbox.defer_later(session, TELL, seconds, outreach_ref=ref, customer_id=customer_id)
        if not outreach_targets.waits(session, held):
            _end_of_wave(toolkit, session, held)
        return len(customers)


def _end_of_wave(toolkit: Toolkit, session: Session, held: Outreach) -> None:
    """Move on from a wave in which nobody waits any more. A first wave that told nobody is drawn once more."""
    first = held.state == OutreachState.FIRST_WAVE
    nobody = first and not outreach_targets.has(session, held, TargetState.TOLD)
    if nobody:
        outreach_targets.draw_wave(session, held)
        if outreach_targets.waits(session, held):
            return
    left = outreach_targets.has(session, held, TargetState.WAITING, TargetState.KEPT_BACK)
    over = not first or (nobody and not left)
    move = OutreachMove.ALL_ARE_TOLD if over else OutreachMove.WAVE_IS_TOLD
    now = toolkit.now()
    held.state = next_state(OutreachState(held.state), move).value
    held.version += 1
    if over:
        held.ended_at = now
    kind = "outreach_done" if over else "outreach_wave_told"
    deeds.note(session, kind, held.ref, actor=US, now=now)
