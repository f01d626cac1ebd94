"""A line that was put right once and reopened by a no: make room for another remedy, or say no and leave the first."""

from portal.domain.claims import Action
from portal.domain.errors import MovedOn
from portal.records import claims, follow_ups, remedies
from portal.records.tables.claims import ClaimLine
from portal.services.apply_verdict import moved
from portal.services.open_claim import Desk


def make_room(desk: Desk, line: ClaimLine) -> None:
    """Let another remedy stand beside one that was carried out and was not right: its goods count no longer.

    What went back as money or credit counts on, so nobody gets more than was paid. Raises MovedOn where a newer report
    speaks for the units.
    """
    if not remedies.is_carried_out(desk.session, line.id):
        return
    if line.id not in follow_ups.own_lines(desk.session, desk.claim.id):
        raise MovedOn(desk.claim.ref)
    for offer in line.offers:
        if offer.state == "accepted":
            offer.state = "superseded"
    remedies.set_aside_goods(desk.session, line.id, desk.now)
    # A line can hold one accepted offer, so the old one has to be out of the way before a new one is taken.
    desk.session.flush()


def decline_line(desk: Desk, line: ClaimLine, *, decision: str, reason: str) -> None:
    """Move a line to its no. One that was put right once goes on to speak for its units: they were given something."""
    session, claim, key = desk.session, desk.claim, desk.page.key
    told = moved(
        claim,
        line,
        Action.DECLINE,
        actor=desk.actor,
        now=desk.now,
        event="declined",
        decision=decision,
        reason=reason,
        key=key,
    )
    session.add(told)
    if not remedies.is_carried_out(session, line.id):
        claims.free_units(session, line)
