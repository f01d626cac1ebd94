"""A person asks the customer something: the lines wait for the answer, until a day."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.claims import Action, ClaimState
from portal.domain.errors import MovedOn
from portal.records import claims
from portal.services.apply_verdict import move, touch
from portal.services.decide_escalation import void_proposals
from portal.services.open_claim import Desk, Draft, Page


@dataclass(frozen=True, slots=True)
class Question:
    """What we want to know, and until when we wait for it; until is a moment in the future."""

    page: Page
    words: str
    until: datetime


def ask(desk: Desk, question: Question) -> Draft:
    """Keep the question and let every escalated line wait for its answer. Raises NotAllowed, MovedOn."""
    lines = [line for line in desk.claim.lines if line.state == ClaimState.ESCALATED]
    if not lines:
        raise MovedOn(desk.claim.ref)
    desk.check_part(lines)
    void_proposals(desk, "customer_asked")
    key, actor, now = desk.page.key, desk.actor, desk.now
    claims.add_message(desk.session, desk.claim.id, "to_customer", question.words, client_key=key, actor=actor, now=now)
    claims.add_event(
        desk.session,
        desk.claim.id,
        "question_from_us",
        actor=actor,
        now=now,
        detail={"name": desk.member.name, "key": key},
    )
    for line in lines:
        move(desk.session, desk.claim, line, Action.ASK_CUSTOMER, actor=actor, now=now)
        line.wait_until = question.until
    desk.claim.waits_for_answer = False
    desk.claim.assignee_id = desk.claim.assignee_id or desk.member.id
    touch(desk.claim)
    desk.session.flush()
    return words_draft(desk, question.words, asks=True, until=question.until.isoformat())


def words_draft(desk: Desk, words: str, *, asks: bool, until: str | None = None) -> Draft:
    """Say which letter carries words of a person."""
    context = {"claim": desk.claim.ref, "staff_name": desk.member.name, "words": words, "asks": asks}
    return Draft("answer_from_person", context, {"act": "ask" if asks else "reply", "words": words, "until": until})
