"""Ask customers whether it was made right, once it has arrived; remind them once, and then let it rest.

A customer gets one mail for all of their claims, and none within a week of the last one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.domain import follow_up
from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.domain.follow_up import FollowUpState
from portal.domain.quiet_hours import may_write_at, zones_of
from portal.records import claims, follow_ups
from portal.records.follow_ups import Standing
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.follow_ups import FollowUp
from portal.services.apply_verdict import move, touch
from portal.services.letter_of_claim import leave_follow_up
from portal.services.toolkit import Toolkit, tried_again

SWEEP = Actor.system("follow_up")
_NOTICED_AT_ONCE = 1_000
_CUSTOMERS_AT_ONCE = 200


def customers_to_ask(toolkit: Toolkit) -> list[int]:
    """Notice what was carried out, and list customers of whom a follow-up is due, the longest due first.

    Bounded: what is left over comes the next time. Safe beside itself.
    """
    with toolkit.transaction() as session:
        follow_ups.notice(session, toolkit.now(), _NOTICED_AT_ONCE)
    with toolkit.reading() as session:
        return follow_ups.due_customers(session, toolkit.now(), _CUSTOMERS_AT_ONCE)


@tried_again
def ask_customer_if_right(toolkit: Toolkit, *, customer_id: int) -> None:
    """Do what is due for one customer: ask about what has arrived, remind, or close what nobody answered."""
    with toolkit.transaction() as session:
        now = toolkit.now()
        due = follow_ups.hold_due(session, customer_id, now)
        if due and follow_ups.is_erased(session, customer_id):
            for one in due:
                one.state, one.next_at = FollowUpState.OVERTAKEN.value, None
            return
        standings = follow_ups.standings(session, [one.claim_id for one in due])
        to_mail = [one for one in due if _is_to_mail(session, one, standings[one.claim_id], now)]
        if not to_mail:
            return
        last = follow_ups.last_mail(session, customer_id)
        if last is not None and not follow_up.may_mail(last, now):
            for one in to_mail:
                one.next_at = last + follow_up.BETWEEN_MAILS
            return
        morning = _may_write_at(toolkit, session, to_mail, now)
        if morning > now:
            for one in to_mail:
                one.next_at = morning
            return
        # What is asked for the first time stands first, and gives the mail its words.
        _mail(session, sorted(to_mail, key=lambda one: one.asked_at is not None), standings, now)


def _may_write_at(toolkit: Toolkit, session: Session, to_mail: Sequence[FollowUp], now: datetime) -> datetime:
    """Tell from when on it is night nowhere that these orders went."""
    places = follow_ups.places_of(session, [one.claim_id for one in to_mail])
    zones = (zone for country, region in places for zone in zones_of(country, region, toolkit.zone))
    return may_write_at(toolkit.quiet_hours, tuple(zones), now)


def _is_to_mail(session: Session, one: FollowUp, standing: Standing, now: datetime) -> bool:
    """Tell whether the customer is to be asked or reminded now; what else is due of it is done."""
    if not standing.can_be_asked:
        one.state, one.next_at = FollowUpState.OVERTAKEN.value, None
        return False
    if one.state == FollowUpState.REMINDED:
        _close(session, one, now)
        return False
    if one.state == FollowUpState.WAITING:
        arrives = follow_up.arrival(standing.remedies, now)
        if arrives > now:
            one.next_at = arrives
            return False
        one.arrived_at = arrives
        if now - arrives > follow_up.TOO_LATE_TO_ASK:
            _close(session, one, now)
            return False
    return True


def _mail(session: Session, to_mail: Sequence[FollowUp], standings: dict[int, Standing], now: datetime) -> None:
    """Write one mail about all of them, and note with each claim that it was asked about."""
    asked: list[tuple[Claim, FollowUp]] = []
    for one in to_mail:
        claim = session.get_one(Claim, one.claim_id)
        event = _note(one, now)
        claims.add_event(session, claim.id, event, actor=SWEEP, now=now, detail={"turn": one.turn})
        asked.append((claim, one))
    about = [{"claim": claim.ref, "titles": list(standings[claim.id].titles)} for claim, _ in asked]
    leave_follow_up(session, *asked[0], about=about)


def _note(one: FollowUp, now: datetime) -> str:
    """Note that it is asked, or reminded of; give the event that says so."""
    if one.asked_at is None:
        one.state, one.asked_at, one.next_at = FollowUpState.ASKED.value, now, now + follow_up.REMINDED_AFTER
        return "follow_up_asked"
    one.state, one.reminded_at, one.next_at = FollowUpState.REMINDED.value, now, now + follow_up.CLOSED_AFTER
    return "follow_up_reminded"


def _close(session: Session, one: FollowUp, now: datetime) -> None:
    """Let a claim rest of which nobody says whether it is right; it is never counted as restored."""
    one.state, one.next_at = FollowUpState.CLOSED.value, None
    claim = claims.hold_by_id(session, one.claim_id)
    detail: dict[str, Any] = {"turn": one.turn, "asked": int(one.asked_at is not None)}
    for line in claim.lines:
        if line.state == ClaimState.MADE_WHOLE:
            move(session, claim, line, Action.SAY_NOTHING, actor=SWEEP, now=now, event="closed_not_known", **detail)
    touch(claim)
