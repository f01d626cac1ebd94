"""The second pair of eyes: an approver puts an approval in force exactly as it was proposed, or takes it back."""

from dataclasses import dataclass
from typing import Any

from portal.domain.authority import check_second
from portal.domain.decisions import LineApproval, digest_of, stake_of
from portal.domain.errors import MovedOn, NotAllowed
from portal.records import claims, decisions
from portal.records.tables.claims import Claim
from portal.services.apply_verdict import touch
from portal.services.decide_escalation import put_in_force, said_of, void_proposals
from portal.services.open_claim import Desk, Draft, Page, open_claim
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A yes to what a colleague proposed, as the page showed it."""

    page: Page


def binds(claim: Claim, said: dict[str, Any], digest: bytes) -> bool:
    """Tell whether a proposal still is about the claim as it stands; any change to it voids the proposal."""
    return digest == digest_of(claim.ref, claim.version, said)


def confirm(desk: Desk, confirmation: Confirmation) -> Draft:
    """Put what waits on a claim in force. Raises NotAllowed, and MovedOn where it is void or nothing waits."""
    rows = decisions.proposed(desk.session, desk.claim.id)
    if not rows or confirmation.page != desk.page:
        raise MovedOn(desk.claim.ref)
    said = said_of([row.terms for row in rows], rows[0].reason, rows[0].words)
    if not all(binds(desk.claim, said, row.digest) for row in rows):
        raise MovedOn(desk.claim.ref)
    approvals = [LineApproval.from_document(row.terms) for row in rows]
    lines = [line for line in desk.claim.lines if line.id in {row.claim_line_id for row in rows}]
    stake = stake_of(approvals, desk.claim.order.currency)
    check_second(desk.decider, desk.check_part(lines, stake, proposer=rows[0].decided_by_id))
    for row in rows:
        row.second_by_id, row.second_at = desk.member.id, desk.now
    return put_in_force(desk, rows, said)


@tried_again
def void_decision(toolkit: Toolkit, *, staff_id: int, page: Page, reason: str) -> None:
    """Take a proposal back: the one who proposed it or an approver. Raises NotFound, NotAllowed, MovedOn."""
    with toolkit.transaction() as session:
        desk = open_claim(toolkit, session, page, staff_id)
        if desk is None:
            return
        rows = decisions.proposed(session, desk.claim.id)
        if not rows:
            raise MovedOn(desk.claim.ref)
        if rows[0].decided_by_id != staff_id:
            check_second(desk.decider, desk.check_part(desk.claim.lines, proposer=rows[0].decided_by_id))
        elif desk.decider.mailbox == desk.claim.customer.mailbox:
            raise NotAllowed("nobody works on their own claim")
        void_proposals(desk, "taken_back")
        claims.add_event(
            session, desk.claim.id, "proposal_taken_back", actor=desk.actor, now=desk.now, detail={"key": page.key}
        )
        if reason:
            claims.add_message(
                session, desk.claim.id, "note", reason, client_key=page.key, actor=desk.actor, now=desk.now
            )
        touch(desk.claim)
