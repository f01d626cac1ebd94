"""Which letter tells a claim as it stands, and leaving it."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.claims import ClaimState
from portal.records import post
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.follow_ups import FollowUp
from portal.records.tables.orders import Customer

OFFERS = "apology_with_offers"
FOLLOW_UP = "follow_up"
_BY_STATE = {
    ClaimState.ESCALATED.value: "escalated",
    ClaimState.WAITING.value: "waiting",
    ClaimState.DECLINED.value: "declined",
}


def letter_telling(claim: Claim, template: str | None = None, **more: object) -> dict[str, Any]:
    """Make the letter that tells a claim as it stands now, or the named one; once per version of the claim.

    more: what it speaks of beside the claim; JSON-ready. A claim that is not written yet has no key.
    """
    states = {line.state for line in claim.lines}
    fitting = _BY_STATE.get(states.pop(), OFFERS) if len(states) == 1 else OFFERS
    return post.new_letter(
        template or fitting,
        recipient=claim.customer.mailbox,
        locale=claim.locale,
        subject_ref=claim.ref,
        subject_version=claim.version,
        context={"claim": claim.ref, **more},
        claim_id=claim.id,
    )


def leave_letter(session: Session, claim: Claim, template: str | None = None, **more: object) -> None:
    """Leave the letter that tells a claim as it stands now, or the named one."""
    post.leave(session, letter_telling(claim, template, **more))


def leave_follow_up(session: Session, claim: Claim, asked: FollowUp, *, about: Sequence[Mapping[str, Any]]) -> None:
    """Leave the letter that asks whether it was made right, or reminds of it, each once for each time.

    claim: the first of those that it is about, to which it belongs. about: each claim's ref and titles.
    """
    again = asked.reminded_at is not None
    letter = post.new_letter(
        FOLLOW_UP,
        recipient=session.get_one(Customer, claim.customer_id).mailbox,
        locale=claim.locale,
        subject_ref=claim.ref,
        subject_version=2 * asked.turn - (0 if again else 1),
        context={"claim": claim.ref, "about": list(about), "again": again},
        claim_id=claim.id,
    )
    post.leave(session, letter)


def letter_about(claim: Claim, template: str, **effect: str) -> dict[str, Any]:
    """Make the letter about one effect of a remedy, once: what it is and its ref, such as ``refund="RFD-…"``."""
    return letter_of_turn(claim, template, 1, {}, **effect)


def letter_of_turn(
    claim: Claim, template: str, turn: int, more: Mapping[str, str | int | None], **effect: str
) -> dict[str, Any]:
    """Make the letter about one effect that may be said several times, each turn once. more: what else it is told."""
    (ref,) = effect.values()
    return post.new_letter(
        template,
        recipient=claim.customer.mailbox,
        locale=claim.locale,
        subject_ref=ref,
        subject_version=turn,
        context={"claim": claim.ref, **effect, **more},
        claim_id=claim.id,
    )


def leave_letter_about(session: Session, claim: Claim, template: str, **effect: str) -> None:
    """Leave the letter about one effect of a remedy."""
    post.leave(session, letter_about(claim, template, **effect))
