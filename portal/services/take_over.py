"""Give a claim to one person who stays with it, because what we did before did not make it right."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import ClaimState
from portal.domain.reasons import EscalateReason
from portal.records import claims, follow_ups
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine

TAKES_OVER = Actor.system("follow_up")


def failed_again(line: ClaimLine) -> bool:
    """Tell whether a line is with a person because something failed a second time, and nobody has decided it yet."""
    return line.state == ClaimState.ESCALATED and line.reason == EscalateReason.SECOND_FAILURE.value


def take_over(session: Session, claim: Claim, now: datetime) -> str | None:
    """Give a claim to one person who stays with it; give their name, None where nobody who may decide it works here."""
    before = claim.assignee_id
    name = _named(session, claim)
    if claim.assignee_id != before:
        claims.add_event(session, claim.id, "assigned", actor=TAKES_OVER, now=now, detail={"assignee": name})
    return name


def take_over_second(session: Session, claim: Claim, now: datetime) -> str | None:
    """Give a claim to one person, and to the front of the queue, where policy says that something failed again."""
    if not any(failed_again(line) for line in claim.lines):
        return None
    claim.reopened_at = claim.reopened_at or now
    return take_over(session, claim, now)


def take_over_new(session: Session, claim: Claim) -> str | None:
    """Do the same for a claim that is not written yet, whose history is written with it."""
    if not any(failed_again(line) for line in claim.lines):
        return None
    claim.reopened_at = claim.created_at
    return _named(session, claim)


def _named(session: Session, claim: Claim) -> str | None:
    taken = follow_ups.who_takes_over(session, claim)
    if taken is None:
        return None
    claim.assignee_id, name = taken
    return name
