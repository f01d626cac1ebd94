"""Look again at claims whose date has come: a wait that is over, an offer that has run out."""

from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN, Action, ClaimState
from portal.domain.judged_again import WhyAgain
from portal.domain.limits import Standing
from portal.domain.outreach import US
from portal.domain.policy import OutcomeKind, Policy
from portal.domain.problems import Problem
from portal.domain.reasons import EscalateReason
from portal.records import claims, judgements, limits, outreach_people, sent_again
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.apply_verdict import (
    DATE_REACHED,
    WAIT_FOR_A_DATE,
    answer_by,
    move,
    show,
    supersede_offers,
    touch,
)
from portal.services.current_policy import policy_of
from portal.services.gather_facts import Affected, asker_of, gather_facts
from portal.services.judge_standing import budgets_of, judge_standing
from portal.services.letter_of_claim import leave_letter
from portal.services.read_order import OrderRead, read_order
from portal.services.take_over import take_over_second
from portal.services.toolkit import Toolkit, tried_again

SWEEP = Actor.system("sweep")


def due_claims(toolkit: Toolkit, *, limit: int = 200) -> list[str]:
    """List the refs of claims whose date has come, oldest first."""
    with toolkit.reading() as session:
        return claims.due(session, toolkit.now(), limit)


@tried_again
def look_again(toolkit: Toolkit, *, claim_ref: str) -> None:
    """Judge the lines of a claim whose date has come by what is known now, and tell the customer. Safe to repeat."""
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref)
        now = toolkit.now()
        if claim is None or claim.next_action_at is None or claim.next_action_at > now:
            return
        read = read_order(session, claim.order, now, beside=claim.id)
        policy = policy_of(session, claim.policy_version_id)
        standing = limits.standing_of(session, claim.id, budgets_of(policy, now, toolkit.zone), now)
        due, unasked = [line for line in claim.lines if _is_due(line, now)], _is_unasked(session, claim)
        pictured = bool(claims.photos(session, claim.id))
        deadlines = [
            _unanswered(session, claim, line, now)
            if line.state == ClaimState.AWAITING_CUSTOMER
            else _line(session, claim, line, read, policy, standing, now, unasked=unasked, pictured=pictured)
            for line in due
        ]
        name = take_over_second(session, claim, now)
        touch(claim, answer_within=min((d for d in deadlines if d is not None), default=None))
        # Whoever asked for nothing, and says nothing, is written to once.
        if not unasked:
            leave_letter(session, claim, **({"staff_name": name} if name else {}))


def _is_due(line: ClaimLine, now: datetime) -> bool:
    if line.state in WAIT_FOR_A_DATE:
        return line.wait_until is not None and line.wait_until <= now
    return line.state == ClaimState.OFFERED and any(
        offer.state == "live" and offer.expires_at <= now for offer in line.offers
    )


def _is_unasked(session: Session, claim: Claim) -> bool:
    """Tell whether we told a customer first, and they have not said, asked for or chosen anything since."""
    if claim.raised_by != str(US) or claim.waits_for_answer:
        return False
    return not outreach_people.answered(session, claim.id)


def _unanswered(session: Session, claim: Claim, line: ClaimLine, now: datetime) -> datetime:
    """Give a line back to the person who asked: the day until which we waited for an answer has come."""
    move(session, claim, line, Action.CUSTOMER_ANSWERED, actor=SWEEP, now=now, event="no_answer")
    line.wait_until = None
    return now + PERSON_ANSWERS_WITHIN


def _line(
    session: Session,
    claim: Claim,
    line: ClaimLine,
    read: OrderRead,
    policy: Policy,
    standing: Standing,
    now: datetime,
    *,
    unasked: bool,
    pictured: bool,
) -> datetime | None:
    sent = sent_again.of_line(session, line)
    units = tuple(claims.units_of(session, line))
    affected = Affected(line.order_line, units, Problem(line.problem), sent.parcel if sent else None)
    facts = gather_facts(read, [affected], now=now, asked_by=asker_of(claim.raised_by), evidence=pictured)[0]
    verdict, kept = judge_standing(facts, policy, standing)
    expired, offered = line.state == ClaimState.OFFERED, verdict.outcome is OutcomeKind.OFFER
    if expired and unasked and verdict.outcome in {OutcomeKind.WAIT, OutcomeKind.DECLINE}:
        # What we told of has mended itself, or is not ours to offer any more; nobody waits for a person.
        supersede_offers(line, "expired")
        move(session, claim, line, Action.SOLVE_ELSEWHERE, actor=SWEEP, now=now, event="closed_elsewhere")
        return None
    why = WhyAgain.OFFERS_EXPIRED if expired else WhyAgain.DATE_REACHED
    judgements.keep(session, line, why, actor=SWEEP, now=now)
    line.standing, line.facts, line.parcel_state = kept, facts.to_document(), facts.parcel_state.value
    supersede_offers(line, "expired")
    show(line, verdict, now=now)
    after_expiry = Action.JUDGE_AGAIN if offered else Action.ASK_PERSON
    action = after_expiry if expired else DATE_REACHED[verdict.outcome]
    event = "offered" if offered else "escalated"
    move(session, claim, line, action, actor=SWEEP, now=now, event=event, rule=verdict.rule_key)
    if offered:
        return None
    line.wait_until = None
    if verdict.outcome is not OutcomeKind.ESCALATE:
        # Policy would wait again, or say no, and neither is why a person looks.
        line.reason, line.alternative = EscalateReason.NO_RULE.value, None
    return answer_by(verdict, now)
