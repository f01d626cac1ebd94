"""Keep what the customer says to "did we make it right?": a yes restores a claim, a no reopens it with a person.

By the link of our mail nobody has to sign in: an answer only records, and what a no leads to is chosen after the code.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain import follow_up as rules
from portal.domain.actors import Actor
from portal.domain.claims import Action, ClaimState
from portal.domain.errors import MovedOn, NotFound
from portal.domain.follow_up import Answer, FollowUpState
from portal.domain.reasons import EscalateReason
from portal.records import claims, follow_ups
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine
from portal.records.tables.follow_ups import FollowUp
from portal.services.apply_verdict import move, touch
from portal.services.follow_up_token import is_token
from portal.services.letter_of_claim import leave_letter
from portal.services.limit_rate import Limit, limit_rate
from portal.services.take_over import failed_again, take_over
from portal.services.toolkit import Toolkit, tried_again
from portal.services.void_proposals import void_proposals_of

PER_CLAIM = Limit("answer-by-link", 20, timedelta(hours=1))
BY_LINK = Actor.guest("mail_link")


class AnswerTooLate(MovedOn):
    """It was asked so long ago that no answer is taken any more; the customer can write to us instead."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, with words that may be empty. client_key: made by the page, the same for a second tap."""

    answer: Answer
    words: str
    client_key: str


@tried_again
def answer_by_link(toolkit: Toolkit, *, claim_ref: str, token: str, said: Said) -> None:
    """Keep an answer that came by the link of our mail. Raises NotFound, AnswerTooLate, MovedOn, TooMany."""
    if not is_token(toolkit.secret_key, claim_ref, token):
        raise NotFound("no such link")
    limit_rate(toolkit, [(PER_CLAIM, claim_ref)])
    with toolkit.transaction() as session:
        _answer(toolkit, session, claims.hold_whole(session, claim_ref), said, BY_LINK)


@tried_again
def answer_on_page(toolkit: Toolkit, *, customer_id: int, claim_ref: str, said: Said) -> None:
    """Keep an answer of a customer who is signed in. Raises NotFound, AnswerTooLate, MovedOn."""
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref, customer_id)
        _answer(toolkit, session, claim, said, Actor.claimant(customer_id))


def _answer(toolkit: Toolkit, session: Session, claim: Claim | None, said: Said, actor: Actor) -> None:
    if claim is None or follow_ups.is_erased(session, claim.customer_id):
        raise NotFound("no such claim")
    asked, now = follow_ups.hold_newest(session, claim.id), toolkit.now()
    if asked is None or asked.asked_at is None:
        raise MovedOn(claim.ref)
    if now - asked.asked_at > rules.ANSWERS_COUNT:
        raise AnswerTooLate(claim.ref)
    if asked.answer != said.answer:
        _take(session, claim, asked, said.answer, actor, now)
    if said.words:
        _keep_words(session, claim, said, actor, now)


def _take(session: Session, claim: Claim, asked: FollowUp, answer: Answer, actor: Actor, now: datetime) -> None:
    """Let an answer count; an earlier one stays in the history."""
    if asked.answered_at is not None and now - asked.answered_at > rules.MIND_CHANGES:
        raise MovedOn(claim.ref)
    if answer is Answer.YES:
        _restore(session, claim, asked, actor, now)
    else:
        _reopen(session, claim, actor, now)
    asked.state, asked.next_at = FollowUpState.ANSWERED.value, None
    asked.answer, asked.answered_at = answer.value, now


def _restore(session: Session, claim: Claim, asked: FollowUp, actor: Actor, now: datetime) -> None:
    """Restore what is carried out, and what a no has reopened and nobody has decided yet."""
    # What the customer asks to see again beside it stays with its person.
    reopened = [line for line in claim.lines if asked.answer == Answer.NO and failed_again(line)]
    lines = [line for line in claim.lines if line.state in rules.ANSWERABLE] + reopened
    for line in lines:
        line.reason = None
        move(session, claim, line, Action.SAY_YES, actor=actor, now=now, event="restored")
    if lines:
        void_proposals_of(session, claim.id, "customer_says_right", actor=actor, now=now)
        touch(claim)
    elif asked.answer == Answer.NO:
        # A person has gone on meanwhile, so nothing moves; they read that it is right by now.
        claims.add_event(session, claim.id, "says_right_after_all", actor=actor, now=now)
    else:
        raise MovedOn(claim.ref)


def _reopen(session: Session, claim: Claim, actor: Actor, now: datetime) -> None:
    """Reopen what is carried out: a named person answers by a moment, no photo is asked for and no limit applies."""
    own = follow_ups.own_lines(session, claim.id)
    may = rules.ANSWERABLE | {ClaimState.RESTORED}
    lines = [line for line in claim.lines if line.state in may and line.id in own]
    if not lines:
        raise MovedOn(claim.ref)
    for line in lines:
        _to_a_person(line)
        move(session, claim, line, Action.SAY_NO, actor=actor, now=now, event="not_restored")
    claim.reopened_at = now
    name = take_over(session, claim, now)
    touch(claim, answer_within=now + rules.PERSON_ANSWERS)
    leave_letter(
        session,
        claim,
        "reopened",
        staff_name=name,
        answer_by=claim.answer_by.isoformat() if claim.answer_by else None,
    )


def _to_a_person(line: ClaimLine) -> None:
    line.reason, line.alternative = EscalateReason.SECOND_FAILURE.value, None
    line.wait_until, line.evidence_wanted = None, None


def _keep_words(session: Session, claim: Claim, said: Said, actor: Actor, now: datetime) -> None:
    """Keep the words as any that the customer writes; with a no they are read by the person who answers it."""
    new = claims.add_message(
        session,
        claim.id,
        "from_customer",
        said.words,
        client_key=said.client_key,
        actor=actor,
        now=now,
        answer=said.answer.value,
    )
    if new:
        claims.add_event(session, claim.id, "message_from_customer", actor=actor, now=now)
