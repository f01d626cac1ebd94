"""Word the apology of a claim, from what is frozen on its lines; the same claim can be told in another language."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.claims import ClaimState
from portal.domain.policy import Wording
from portal.domain.problems import ParcelState, Problem
from portal.domain.withdrawal import WITHDRAWAL
from portal.letters.apology import Apology, ApologySubject, Follows, apology_for
from portal.letters.withdrawal import instead_of_apology
from portal.records.tables.claims import Claim, ClaimLine

_GRAVITY = "gravity"
_FOLLOWS = {
    ClaimState.OFFERED.value: Follows.OFFERS,
    ClaimState.ESCALATED.value: Follows.PERSON,
    ClaimState.WAITING.value: Follows.WAIT,
    ClaimState.MADE_WHOLE.value: Follows.NOTHING,
    ClaimState.RESTORED.value: Follows.NOTHING,
    ClaimState.WITHDRAWN.value: Follows.NOTHING,
    ClaimState.CLOSED_ELSEWHERE.value: Follows.NOTHING,
    ClaimState.CLOSED_NOT_KNOWN.value: Follows.NOTHING,
}


def words_of(claim: Claim, zone: ZoneInfo, locale: str) -> dict[str, Any]:
    """Word the apology of a claim whose lines are judged, as the document that is recorded: the words as shown."""
    words = _apology(claim, zone, locale, None)
    return {
        "heading": words.heading,
        "paragraphs": list(words.paragraphs),
        "wording_key": words.wording_key,
        _GRAVITY: words.gravity.value,
        "locale": locale,
    }


def apology(claim: Claim, zone: ZoneInfo, locale: str) -> Apology:
    """Word the apology of a claim whose order and lines are loaded."""
    # As it was recorded, whatever the rules say of the claim by now; before a rule had a say it sounded as usual.
    return _apology(claim, zone, locale, Wording(claim.apology.get(_GRAVITY, Wording.STANDARD)))


def _apology(claim: Claim, zone: ZoneInfo, locale: str, said: Wording | None) -> Apology:
    """Word it as grave as it was said to be, or as the verdicts of its lines have it where nothing is recorded yet."""
    # Whoever withdraws from a contract reports no problem, so nothing of ours went wrong.
    if claim.raised_by == str(WITHDRAWAL):
        return instead_of_apology(locale)
    states = {line.state for line in claim.lines}
    follows = _FOLLOWS.get(states.pop(), Follows.ANSWER) if len(states) == 1 else Follows.ANSWER
    subjects = [
        replace(subject_of(claim, line, zone, follows), gravity=said or Wording(line.verdict["wording"]))
        for line in claim.lines
    ]
    return apology_for(subjects, locale)


def subject_of(claim: Claim, line: ClaimLine, zone: ZoneInfo, follows: Follows = Follows.ANSWER) -> ApologySubject:
    """Tell what a sentence about one claim line is about."""
    if line.about_replacement_id is not None:
        return _about_new_parcel(claim, line, zone, follows)
    shipment = line.order_line.shipment
    # What the carrier said after the report does not change what we apologised for.
    delivered_at = shipment.delivered_at if line.parcel_state == ParcelState.DELIVERED else None
    promised_on = shipment.promised_at.astimezone(zone).date() if shipment.promised_at else None
    delivered_on = delivered_at.astimezone(zone).date() if delivered_at else None
    return ApologySubject(
        problem=Problem(line.problem),
        parcel_state=ParcelState(line.parcel_state),
        thing=line.order_line.title,
        order_number=claim.order.order_number,
        promised_on=promised_on,
        delivered_on=delivered_on,
        days_late=_days_late(promised_on, delivered_on or claim.created_at.astimezone(zone).date()),
        repeated=bool(line.facts["second_failure"]),
        several=line.quantity > 1,
        zone=zone,
        follows=follows,
    )


def _about_new_parcel(claim: Claim, line: ClaimLine, zone: ZoneInfo, follows: Follows) -> ApologySubject:
    """Tell of what was sent again and went wrong again. The days of the order's own parcel are not its days."""
    return ApologySubject(
        problem=Problem(line.problem),
        parcel_state=ParcelState(line.parcel_state),
        thing=line.order_line.title,
        order_number=claim.order.order_number,
        promised_on=None,
        delivered_on=None,
        days_late=None,
        repeated=True,
        several=line.quantity > 1,
        zone=zone,
        follows=follows,
    )


def _days_late(promised_on: date | None, until: date) -> int | None:
    if promised_on is None or until <= promised_on:
        return None
    return (until - promised_on).days
