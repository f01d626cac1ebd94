"""What staff do: decide, say no, ask, answer, look a second time, close a trouble."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.domain.actors import Actor
from portal.domain.decisions import LineApproval, terms_of
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refund_list import Way
from portal.domain.troubles import TroubleKind
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.ask_customer import Question
from portal.services.cancel_refund import ask_to_cancel
from portal.services.close_trouble import close_trouble
from portal.services.confirm_decision import Confirmation, void_decision
from portal.services.decide_escalation import Approval, Refusal, ceilings
from portal.services.decide_unknown_refund import Choice, decide_unknown_refund
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from portal.services.read_refund_list import ask_for_list
from portal.services.reply_to_customer import Reply
from tests.prove.simulation.world import NOTHING, World

_WORDS = "We looked at it together."
_OPEN = "SELECT ref, kind FROM troubles WHERE closed_at IS NULL ORDER BY id"
_DOUBTS = """
    SELECT ref, kind, detail FROM troubles
    WHERE closed_at IS NULL AND kind IN ('unknown_too_long', 'key_misused', 'customer_must_act') ORDER BY id
"""
_PROPOSED = """
    SELECT c.ref, c.version FROM claims c WHERE EXISTS (
      SELECT FROM claim_lines k JOIN decisions d ON d.claim_line_id = k.id
      WHERE k.claim_id = c.id AND d.state = 'proposed') ORDER BY c.id
"""


def decide(world: World) -> str:
    """Say yes or no to what waits for a person, or ask the customer."""
    claim = _escalated(world)
    if claim is None:
        return NOTHING
    lines = [line for line in claim.lines if line.state == "escalated"]
    act = world.pick((_approval, _approval, _approval, _refusal, _question))(world, claim, lines)
    if act is None:
        return f"{world.named(claim.ref)}: nothing is left to give"
    return f"{world.named(claim.ref)}: {_do(world, act)}"


def confirm(world: World) -> str:
    """Look a second time at what a colleague proposed, or take it back."""
    found = world.ask(_PROPOSED)
    if not found:
        return NOTHING
    claim = world.pick(found)
    if world.seldom(4):
        person = world.pick(world.stage.people)
        void_decision(world.stage.toolkit, staff_id=person, page=_page(world, claim), reason="Too early.")
        return f"{world.named(claim.ref)}: taken back"
    return f"{world.named(claim.ref)}: {_do(world, Confirmation(_page(world, claim)))}"


def answer(world: World) -> str:
    """Answer what a customer wrote."""
    claim = world.claim()
    if claim is None:
        return NOTHING
    return f"{world.named(claim.ref)}: {_do(world, Reply(_page(world, claim), _WORDS))}"


def close(world: World) -> str:
    """Close a trouble that somebody looked at."""
    found = world.ask(_OPEN)
    if not found:
        return NOTHING
    one = world.pick(found)
    close_trouble(world.stage.toolkit, ref=one.ref, actor=Actor.staff(world.pick(world.stage.people)))
    return str(one.kind)


def end_doubt(world: World) -> str:
    """Have the list of an unknown refund read, then take one of it for ours, or give it up; or cancel what waits."""
    found = world.ask(_DOUBTS)
    if not found:
        return NOTHING
    one, person, toolkit = world.pick(found), world.pick(world.stage.people), world.stage.toolkit
    if one.kind == TroubleKind.CUSTOMER_MUST_ACT:
        ask_to_cancel(toolkit, staff_id=person, trouble_ref=one.ref)
        return "to be cancelled"
    if not one.detail.get("read_at") or world.seldom(4):
        ask_for_list(toolkit, staff_id=person, trouble_ref=one.ref)
        return "the list is to be read"
    choices = [Choice(one.ref, Way.GIVE_UP)]
    choices += [Choice(one.ref, Way.ADOPT, listed["provider_ref"]) for listed in one.detail["listed"]]
    choice = world.pick(choices)
    done = decide_unknown_refund(toolkit, staff_id=person, choice=choice)
    return f"{choice.way}{'' if done else ', for a second person'}"


def _escalated(world: World) -> Claim | None:
    found = world.ask(
        "SELECT c.ref FROM claims c WHERE EXISTS (SELECT FROM claim_lines k WHERE k.claim_id = c.id"
        " AND k.state = 'escalated') ORDER BY c.id"
    )
    return world.read(world.pick(found).ref) if found else None


def _do(world: World, act: Act) -> str:
    """Preview it and send it, at times by two taps."""
    person, toolkit = world.pick(world.stage.people), world.stage.toolkit
    digest = preview_letter(toolkit, staff_id=person, act=act).digest
    waits = send_answer(toolkit, staff_id=person, act=act, digest=digest)
    if world.seldom(4):
        send_answer(toolkit, staff_id=person, act=act, digest=digest)
    return f"{type(act).__name__}{', for a second person' if waits else ''}"


def _page(world: World, claim: Any) -> Page:
    return Page(claim.ref, claim.version - (1 if world.seldom(12) else 0), world.key())


def _approval(world: World, claim: Claim, lines: Sequence[ClaimLine]) -> Act | None:
    with world.stage.toolkit.reading() as session:
        held = session.merge(claim)
        most = ceilings(session, held, held.lines)
    approvals = []
    for line in lines:
        left = most[line.id].left
        if left.minor <= 0:
            continue
        amount = left if world.seldom(2) else Money(max(left.minor // 2, 1), left.currency)
        kinds = (RemedyKind.REFUND, RemedyKind.STORE_CREDIT) if world.seldom(2) else (RemedyKind.REFUND,)
        offers = tuple(terms_of(kind, amount, Money(0, amount.currency)) for kind in kinds)
        approvals.append(LineApproval(line.order_line.line_number, offers))
    return Approval(_page(world, claim), tuple(approvals), "Clear.", "") if approvals else None


def _refusal(world: World, claim: Claim, lines: Sequence[ClaimLine]) -> Act:
    numbers = tuple(line.order_line.line_number for line in lines)
    reason, alternative = DeclineReason.CAME_IN_TIME, Alternative.TALK_TO_A_PERSON
    return Refusal(_page(world, claim), numbers, reason, alternative, _WORDS)


def _question(world: World, claim: Claim, lines: Sequence[ClaimLine]) -> Act:
    until = world.stage.clock() + timedelta(days=1 + world.chance.below(5))
    return Question(_page(world, claim), "Which part is it?", until)
