"""A person decides about escalated lines: yes with offers, or no with its reason and what we can still do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.authority import Role, within_limit
from portal.domain.claims import Action, ClaimState
from portal.domain.decisions import (
    Ceiling,
    DecisionKind,
    LineApproval,
    ceiling_of,
    check_approval,
    digest_of,
    stake_of,
)
from portal.domain.errors import MovedOn, NotAllowed
from portal.domain.facts import Facts
from portal.domain.journal import Entry
from portal.domain.money import Money
from portal.domain.policy import OutcomeKind
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refs import new_ref
from portal.records import books, claims, decisions
from portal.records.order_money import order_money
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Decision
from portal.services.apply_verdict import make_offer, move, supersede_offers, touch
from portal.services.open_claim import Desk, Draft, Page
from portal.services.order_entitlement import entitlement_in, left_for
from portal.services.release_debt import release_debt
from portal.services.second_remedy import decline_line, make_room
from portal.services.void_proposals import void_proposals_of


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes: what each line gets, why (for us), and what the customer reads with it."""

    page: Page
    lines: tuple[LineApproval, ...]
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no to some lines, never without its reason, an alternative, and words of the person who says it."""

    page: Page
    line_numbers: tuple[int, ...]
    reason: DeclineReason
    alternative: Alternative
    words: str


def ceilings(session: Session, claim: Claim, lines: Sequence[ClaimLine]) -> dict[int, Ceiling]:
    """Tell what each line of a claim can still give, by the line's id."""
    money = order_money(session, claim.id)
    entitlement = entitlement_in(money, claim.order.currency)
    most: dict[int, Ceiling] = {}
    for line in lines:
        facts = Facts.from_document(line.facts)
        left = Money(left_for(entitlement, line, money), claim.order.currency)
        paid = facts.line_value + facts.overpaid
        most[line.id] = ceiling_of(facts, paid - min(left, paid))
    return most


def approve(desk: Desk, approval: Approval) -> Draft:
    """Make the offers, or leave them to a second person where they are above what this one may approve alone.

    Raises NotAllowed, MovedOn (a line waits for no decision), BadAmount, AboveCeiling.
    """
    lines = _undecided(desk, tuple(one.line_number for one in approval.lines))
    most = ceilings(desk.session, desk.claim, lines)
    for line, one in zip(lines, approval.lines, strict=True):
        check_approval(one, most[line.id])
    stake = stake_of(approval.lines, desk.claim.order.currency)
    desk.check_part(lines, stake)
    alone = decisions.approved_alone(desk.session, desk.member.id, desk.claim, [line.id for line in lines], desk.now)
    said = said_of([one.to_document() for one in approval.lines], approval.reason, approval.words)
    void_proposals(desk, "decided_anew")
    is_within = within_limit(desk.decider, stake + Money(alone, stake.currency))
    if is_within and not _needs_another(desk, lines):
        rows = [
            _decision(desk, line, DecisionKind.APPROVE, one.to_document(), approval, said)
            for line, one in zip(lines, approval.lines, strict=True)
        ]
        return put_in_force(desk, rows, said)
    return _propose(desk, lines, approval, said)


def said_of(lines: list[dict[str, Any]], reason: str, words: str) -> dict[str, Any]:
    """Give what the digest of an approval covers."""
    return {"act": DecisionKind.APPROVE.value, "lines": lines, "reason": reason, "words": words}


def put_in_force(desk: Desk, rows: Sequence[Decision], said: dict[str, Any]) -> Draft:
    """Make the offers of decisions, move their lines, and say which letter tells it."""
    by_id = {line.id: line for line in desk.claim.lines}
    for row in rows:
        line = by_id[row.claim_line_id]
        supersede_offers(line)
        make_room(desk, line)
        row.state = "in_force"
        for terms in LineApproval.from_document(row.terms).offers:
            make_offer(line, terms, made_by=desk.actor, now=desk.now)
        line.evidence_wanted, line.wait_until, line.reason, line.alternative = None, None, None, None
        move(
            desk.session,
            desk.claim,
            line,
            Action.APPROVE,
            actor=desk.actor,
            now=desk.now,
            event="approved",
            decision=row.ref,
            key=desk.page.key,
        )
    words = rows[0].words
    if words:
        write_words(desk, words)
    _answered(desk, words)
    context = {"claim": desk.claim.ref, "staff_name": desk.member.name, "words": words or None}
    return Draft("approved", context, said)


def write_words(desk: Desk, words: str) -> None:
    """Keep words of ours where the customer and colleagues read them, beside the mail that brings them."""
    key, actor, now = desk.page.key, desk.actor, desk.now
    claims.add_message(desk.session, desk.claim.id, "to_customer", words, client_key=key, actor=actor, now=now)
    detail = {"name": desk.member.name, "key": key}
    claims.add_event(desk.session, desk.claim.id, "message_from_us", actor=actor, now=now, detail=detail)


def refuse(desk: Desk, refusal: Refusal) -> Draft:
    """Say no to lines, with a reason, something that we can still do, and own words.

    Raises NotAllowed (also where policy leaves it to an approver), MovedOn.
    """
    lines = _undecided(desk, refusal.line_numbers)
    desk.check_part(lines)
    if _needs_another(desk, lines):
        raise NotAllowed("policy leaves this to an approver")
    void_proposals(desk, "decided_anew")
    terms = {"reason": refusal.reason.value, "alternative": refusal.alternative.value}
    said = {"act": DecisionKind.DECLINE.value, "lines": list(refusal.line_numbers), "words": refusal.words, **terms}
    for line in lines:
        row = _decision(desk, line, DecisionKind.DECLINE, terms, refusal, said)
        supersede_offers(line)
        line.reason, line.alternative, line.decline_words = terms["reason"], terms["alternative"], refusal.words
        line.evidence_wanted, line.wait_until = None, None
        decline_line(desk, line, decision=row.ref, reason=refusal.reason.value)
    _owe_nothing(desk, lines)
    _answered(desk, refusal.words)
    return Draft("declined", {"claim": desk.claim.ref, "staff_name": desk.member.name}, said)


def _owe_nothing(desk: Desk, lines: list[ClaimLine]) -> None:
    """Take back the promise of a refund that did not get through, such as where the money went back another way."""
    entries = [entry for line in lines for entry in _released(desk, line)]
    if entries:
        books.record_all(desk.session, entries, actor=desk.actor, now=desk.now, zone=desk.toolkit.zone)


def _released(desk: Desk, line: ClaimLine) -> list[Entry]:
    return release_debt(desk.session, desk.claim, line, actor=desk.actor, now=desk.now)


def void_proposals(desk: Desk, why: str) -> None:
    """Take back what waits for a second person: any change to a claim does."""
    void_proposals_of(desk.session, desk.claim.id, why, actor=desk.actor, now=desk.now)


def _needs_another(desk: Desk, lines: list[ClaimLine]) -> bool:
    """Tell whether policy names somebody else to decide one of the lines."""
    named = {line.verdict.get("answered_by") for line in lines if line.verdict["outcome"] == OutcomeKind.ESCALATE}
    return Role.APPROVER in named and desk.decider.role is not Role.APPROVER


def _undecided(desk: Desk, numbers: tuple[int, ...]) -> list[ClaimLine]:
    lines = desk.lines(numbers)
    if any(line.state != ClaimState.ESCALATED for line in lines):
        raise MovedOn(desk.claim.ref)
    return lines


def _answered(desk: Desk, words: str) -> None:
    """Words that go with a decision answer what the customer wrote before it."""
    if words:
        desk.claim.waits_for_answer = False
    desk.claim.assignee_id = desk.claim.assignee_id or desk.member.id
    touch(desk.claim)
    desk.session.flush()


def _decision(
    desk: Desk,
    line: ClaimLine,
    kind: DecisionKind,
    terms: dict[str, Any],
    decided: Approval | Refusal,
    said: dict[str, Any],
) -> Decision:
    row = Decision(
        ref=new_ref("DEC", 10),
        claim_line_id=line.id,
        kind=kind.value,
        state="in_force",
        terms=terms,
        digest=digest_of(desk.claim.ref, desk.claim.version, said),
        reason=str(decided.reason),
        words=decided.words,
        decided_by_id=desk.member.id,
        decided_at=desk.now,
        snapshot={"role": desk.decider.role.value, "limits": dict(desk.decider.limits), "line_state": line.state},
    )
    decisions.add(desk.session, row)
    return row


def _propose(desk: Desk, lines: list[ClaimLine], approval: Approval, said: dict[str, Any]) -> Draft:
    """Leave an approval to a second person. Its digest binds the claim as it stands then."""
    # The update of the voided rows must reach the database before a new proposal on the same line.
    desk.session.flush()
    desk.claim.assignee_id = desk.claim.assignee_id or desk.member.id
    touch(desk.claim)
    rows = []
    for line, one in zip(lines, approval.lines, strict=True):
        row = _decision(desk, line, DecisionKind.APPROVE, one.to_document(), approval, said)
        row.state = "proposed"
        claims.add_event(
            desk.session,
            desk.claim.id,
            "approval_proposed",
            actor=desk.actor,
            now=desk.now,
            line_id=line.id,
            detail={"decision": row.ref, "stake_minor": row.terms["stake_minor"], "key": desk.page.key},
        )
        rows.append(row)
    desk.session.flush()
    return Draft("approved", {"claim": desk.claim.ref}, said, proposal=tuple(rows))
