"""Which letter tells a claim as it stands, and leaving it."""

from portal.domain.claims import ClaimState
from portal.records import post
from portal.records.sessions import Session
from portal.records.tables.claims import Claim

_BY_STATE = {
    ClaimState.ESCALATED.value: "escalated",
    ClaimState.WAITING.value: "waiting",
    ClaimState.DECLINED.value: "declined",
}


def leave_letter(session: Session, claim: Claim, template: str | None = None) -> None:
    """Leave the letter that tells a claim as it stands now, or the named one; once per version of the claim."""
    states = {line.state for line in claim.lines}
    fitting = _BY_STATE.get(states.pop(), "apology_with_offers") if len(states) == 1 else "apology_with_offers"
    post.leave(
        session,
        template or fitting,
        recipient=claim.customer.mailbox,
        locale=claim.locale,
        subject_ref=claim.ref,
        subject_version=claim.version,
        context={"claim": claim.ref},
        claim_id=claim.id,
    )


def leave_letter_about(session: Session, claim: Claim, template: str, **effect: str) -> None:
    """Leave the letter about one effect of a remedy, once: what it is and its ref, such as ``refund="RFD-…"``."""
    (ref,) = effect.values()
    post.leave(
        session,
        template,
        recipient=claim.customer.mailbox,
        locale=claim.locale,
        subject_ref=ref,
        context={"claim": claim.ref, **effect},
        claim_id=claim.id,
    )
