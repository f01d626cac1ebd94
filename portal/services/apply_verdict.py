"""Turn a verdict into what a claim line shows: its state, its offers, its date or its reason."""

from datetime import datetime, timedelta

from portal.domain.actors import Actor
from portal.domain.claims import HOLDS_UNITS, PERSON_ANSWERS_WITHIN, Action, ClaimState, claim_state, next_state
from portal.domain.offers import OfferTerms
from portal.domain.policy import OutcomeKind, Verdict
from portal.domain.refs import new_ref
from portal.records import claims
from portal.records.rows_to_write import fresh
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, Offer

REPORTED = {
    OutcomeKind.OFFER: Action.REPORT_OFFERED,
    OutcomeKind.ESCALATE: Action.REPORT_ESCALATED,
    OutcomeKind.WAIT: Action.REPORT_WAITING,
    OutcomeKind.DECLINE: Action.REPORT_DECLINED,
}
# Policy may not say no, or wait a second time, after it has said "wait": then a person looks.
DATE_REACHED = {
    OutcomeKind.OFFER: Action.DATE_OFFERED,
    OutcomeKind.ESCALATE: Action.DATE_ESCALATED,
    OutcomeKind.WAIT: Action.DATE_ESCALATED,
    OutcomeKind.DECLINE: Action.DATE_ESCALATED,
}
POLICY = Actor.system("policy")
# A line in one of these comes back by itself on its date.
WAIT_FOR_A_DATE = frozenset({ClaimState.WAITING, ClaimState.AWAITING_CUSTOMER})


def make_offer(line: ClaimLine, terms: OfferTerms, *, made_by: Actor, now: datetime) -> Offer:
    """Put an offer on a claim line: amount and expiry frozen."""
    offer = fresh(
        Offer,
        ref=new_ref("OFR", 10),
        kind=terms.kind.value,
        amount_minor=terms.amount.minor,
        bonus_minor=terms.bonus.minor,
        currency=terms.amount.currency,
        of_shipping_minor=None if terms.of_shipping is None else terms.of_shipping.minor,
        of_overpaid_minor=None if terms.of_overpaid is None else terms.of_overpaid.minor,
        policy_class=terms.policy_class.value,
        arrives_in_days=terms.arrives_in_days,
        state="live",
        made_by=str(made_by),
        created_at=now,
        expires_at=now + timedelta(days=terms.expires_in_days),
    )
    line.offers.append(offer)
    return offer


def supersede_offers(line: ClaimLine, state: str = "superseded") -> None:
    """Take the live offers of a line off the page."""
    for offer in line.offers:
        if offer.state == "live":
            offer.state = state


def show(line: ClaimLine, verdict: Verdict, *, now: datetime) -> None:
    """Write on a line what its verdict says."""
    supersede_offers(line)
    line.verdict = verdict.to_document()
    line.evidence_wanted = verdict.evidence_wanted.value if verdict.evidence_wanted else None
    line.wait_until = verdict.wait_until
    line.reason = verdict.reason.value if verdict.reason else None
    line.alternative = verdict.alternative.value if verdict.alternative else None
    for terms in verdict.offers:
        make_offer(line, terms, made_by=POLICY, now=now)


def move(
    session: Session,
    claim: Claim,
    line: ClaimLine,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    event: str | None = None,
    **detail: str | int | None,
) -> ClaimState:
    """Move one line, free its units where its new state holds none, and append the event. Raises IllegalMove."""
    before = ClaimState(line.state)
    session.add(moved(claim, line, action, actor=actor, now=now, event=event, **detail))
    after = ClaimState(line.state)
    if before in HOLDS_UNITS and after not in HOLDS_UNITS:
        claims.free_units(session, line)
    return after


def moved(
    claim: Claim,
    line: ClaimLine,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    event: str | None = None,
    **detail: str | int | None,
) -> ClaimEvent:
    """Move one line that holds its units before and after, and give the event to append. Raises IllegalMove."""
    before = ClaimState(line.state)
    after = next_state(before, action)
    line.state = after.value
    return claims.event_of(
        claim.id,
        event or action.value,
        actor=actor,
        now=now,
        line_id=line.id,
        from_state=before.value,
        to_state=after.value,
        detail=dict(detail),
    )


def answer_by(verdict: Verdict, now: datetime) -> datetime:
    """Tell by when a person answers."""
    hours = verdict.answer_within_hours
    return now + (timedelta(hours=hours) if hours else PERSON_ANSWERS_WITHIN)


def touch(claim: Claim, *, answer_within: datetime | None = None) -> None:
    """Bring a claim up to date with its lines: state, version, the person's deadline, the next date to look."""
    states = [ClaimState(line.state) for line in claim.lines]
    claim.state = claim_state(states).value
    claim.version += 1
    if ClaimState.ESCALATED not in states and not claim.waits_for_answer:
        claim.answer_by = None
    elif answer_within is not None and (claim.answer_by is None or answer_within < claim.answer_by):
        claim.answer_by = answer_within
    claim.next_action_at = _next_look(claim)


def _next_look(claim: Claim) -> datetime | None:
    waits = [line.wait_until for line in claim.lines if line.state in WAIT_FOR_A_DATE and line.wait_until]
    expiries = [
        offer.expires_at
        for line in claim.lines
        if line.state == ClaimState.OFFERED
        for offer in line.offers
        if offer.state == "live"
    ]
    return min(waits + expiries, default=None)
