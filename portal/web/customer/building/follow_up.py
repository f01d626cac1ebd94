"""Whether and how a customer can answer "did we make it right?"."""

from datetime import datetime

from flask import url_for

from portal.domain import follow_up as rules
from portal.domain.claims import ClaimState
from portal.domain.follow_up import Answer, FollowUpState
from portal.records.follow_ups import Asked
from portal.records.tables.claims import Claim
from portal.records.tables.follow_ups import FollowUp
from portal.web.customer.building.reading import ClaimRead
from portal.web.customer.building.said import Said
from portal.web.customer.pages.follow_up import AnswerBox, MadeRightPage
from portal.web.shared.means import toolkit


def box_of(read: ClaimRead, said: Said) -> AnswerBox | None:
    """Ask on the claim page, or let an answer be changed; None where there is nothing to answer."""
    asked = read.follow_up
    if asked is None or standing_of(asked, read.now) not in {"asked", *Answer} or not _counts(asked, read.claim):
        return None
    if asked.answered_at is not None and read.now - asked.answered_at > rules.MIND_CHANGES:
        return None
    action = url_for("customer.say_on_claim", ref=read.claim.ref)
    return AnswerBox(action, asked.answer or "", said.right, said.right_errors)


def standing_of(asked: FollowUp, now: datetime) -> str:
    """Tell where a question stands, in the words of ``MadeRightPage``."""
    if asked.asked_at is None:
        return "waiting"
    if now - asked.asked_at > rules.ANSWERS_COUNT or asked.state == FollowUpState.OVERTAKEN:
        return "over"
    return asked.answer or "asked"


def made_right_page(
    found: Asked, token: str, typed: str = "", errors: tuple[str, ...] = (), moved_on: str = ""
) -> MadeRightPage:
    """Build the page behind the link of our mail."""
    now, zone, one = toolkit().now(), toolkit().zone, found.follow_up
    standing = standing_of(one, now)
    changes = one.answered_at is None or now - one.answered_at <= rules.MIND_CHANGES
    can_answer = standing in {"asked", *Answer} and changes
    action = url_for("customer.say_made_right", ref=found.claim_ref, token=token)
    return MadeRightPage(
        ref=found.claim_ref,
        reported_on=found.reported_at.astimezone(zone).date(),
        standing=standing,
        box=AnswerBox(action, one.answer or "", typed, errors) if can_answer else None,
        name=found.first_name,
        answers_by=found.answer_by,
        moved_on=moved_on,
        typed=typed,
    )


def _counts(asked: FollowUp, claim: Claim) -> bool:
    """Tell whether another answer would move something now."""
    states = {ClaimState(line.state) for line in claim.lines}
    if asked.answer == Answer.NO:
        return ClaimState.ESCALATED in states
    return bool(states & (rules.ANSWERABLE | {ClaimState.RESTORED}))
