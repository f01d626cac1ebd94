"""Give the money of a withdrawal back: a claim, a decision within somebody's authority, and the customer's own choice.

Three transactions, each of which changes nothing the second time, so that this may stop anywhere and go on: by the same
button, or by the sweep. The declaration is the choice of money back, so nobody is asked again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.claims import ClaimState
from portal.domain.decisions import LineApproval, terms_of
from portal.domain.errors import MovedOn
from portal.domain.facts import Facts
from portal.domain.money import zero
from portal.domain.offers import RemedyKind
from portal.domain.withdrawal import WITHDRAWAL, Move, State
from portal.records import decisions, withdrawals
from portal.records.tables.claims import Claim
from portal.records.withdrawals import Carrier
from portal.services.accept_offers import Acceptance, accept_offers
from portal.services.claim_of_withdrawal import claim_of_withdrawal
from portal.services.decide_escalation import Approval, approve, ceilings
from portal.services.decide_withdrawal import WithdrawalPage, hold_for
from portal.services.open_claim import Desk, Page, open_claim
from portal.services.toolkit import Toolkit, tried_again

_MOST_AT_ONCE = 100
# A line in one of these has its money, or it is on its way.
_PROMISED = frozenset(
    {
        ClaimState.ACCEPTED.value,
        ClaimState.MADE_WHOLE.value,
        ClaimState.RESTORED.value,
        ClaimState.CLOSED_NOT_KNOWN.value,
    }
)


class Came(StrEnum):
    """What came of giving the money back."""

    ON_ITS_WAY = "on_its_way"
    SECOND_PERSON = "second_person"
    """It is above what this one approves alone; an approver confirms it on the claim."""
    TO_DECIDE = "to_decide"
    """A person decides on the claim: what cards cannot take, or a sum other than all of it."""


@dataclass(frozen=True, slots=True)
class Money:
    """How the money goes back. all_of_it: everything by card at once; else a claim is opened to decide on."""

    page: WithdrawalPage
    all_of_it: bool


def refund_withdrawal(toolkit: Toolkit, *, staff_id: int, money: Money) -> tuple[str, Came]:
    """Give the money back, or open the claim to decide on; give the claim's ref and what came of it.

    Raises NotFound, NotAllowed, MovedOn, IllegalMove, UnitsTaken.
    """
    claim_ref = _open(toolkit, staff_id, money)
    if not money.all_of_it:
        return claim_ref, Came.TO_DECIDE
    came = _decide(toolkit, staff_id, claim_ref, money.page)
    if came is Came.ON_ITS_WAY:
        go_on_with_refund(toolkit, withdrawal_ref=money.page.ref)
    return claim_ref, came


@tried_again
def _open(toolkit: Toolkit, staff_id: int, money: Money) -> str:
    now = toolkit.now()
    with toolkit.transaction() as session:
        desk = hold_for(session, money.page, staff_id, again=State.REFUNDING)
        withdrawal, order = desk.withdrawal, desk.order
        if withdrawal.claim_id is not None:
            return withdrawals.carrier(session, withdrawal.claim_id).claim_ref
        if order is None:
            raise MovedOn(withdrawal.ref)
        ref = claim_of_withdrawal(toolkit, session, withdrawal, order, now)
        withdrawal.claim_id = withdrawals.claim_named(session, ref)[0]
        withdrawals.move(session, withdrawal, Move.REFUND, actor=desk.actor, now=now, claim=ref)
        return ref


@tried_again
def _decide(toolkit: Toolkit, staff_id: int, claim_ref: str, page: WithdrawalPage) -> Came:
    """Approve all that was paid for every line, standard delivery included; where cards can take it."""
    with toolkit.transaction() as session:
        claim_id, version = withdrawals.claim_named(session, claim_ref)
        if decisions.proposed(session, claim_id):
            return Came.SECOND_PERSON
        desk = open_claim(toolkit, session, Page(claim_ref, version, f"{page.ref} refund"), staff_id)
        if desk is None or any(line.state != ClaimState.ESCALATED for line in desk.claim.lines):
            return Came.ON_ITS_WAY
        lines = _everything(desk)
        if lines is None:
            return Came.TO_DECIDE
        draft = approve(desk, Approval(desk.page, lines, _why(desk.claim), ""))
        return Came.SECOND_PERSON if draft.proposal else Came.ON_ITS_WAY


def _everything(desk: Desk) -> tuple[LineApproval, ...] | None:
    """Offer everything back to the cards; None where they cannot take it all."""
    most = ceilings(desk.session, desk.claim, desk.claim.lines)
    wanted = sum(most[line.id].left.minor for line in desk.claim.lines)
    reachable = Facts.from_document(desk.claim.lines[0].facts).card_refundable
    if wanted > reachable.minor:
        return None
    nothing = zero(desk.claim.order.currency)
    return tuple(
        LineApproval(line.order_line.line_number, (terms_of(RemedyKind.REFUND, most[line.id].left, nothing),))
        for line in desk.claim.lines
    )


def _why(claim: Claim) -> str:
    return f"Withdrawal {claim.client_key}: all that was paid for it goes back, as law wants."


def go_on_with_refund(toolkit: Toolkit, *, withdrawal_ref: str) -> None:
    """Take the money back that was approved for a withdrawal, in its customer's name, and note that it is promised."""
    with toolkit.reading() as session:
        withdrawal = withdrawals.found(session, withdrawal_ref)
        if withdrawal is None or withdrawal.state != State.REFUNDING or withdrawal.claim_id is None:
            return
        carrier = withdrawals.carrier(session, withdrawal.claim_id)
    refs = _only_money(carrier)
    if refs:
        acceptance = Acceptance(carrier.claim_ref, refs, carrier.version)
        accept_offers(toolkit, customer_id=carrier.customer_id, acceptance=acceptance, actor=WITHDRAWAL)
    _note(toolkit, withdrawal_ref)


def _only_money(carrier: Carrier) -> tuple[str, ...]:
    """Give the offers to take: where every line that is open to a choice has money back to choose and nothing else."""
    open_lines = [offers for state, offers in carrier.lines if state == ClaimState.OFFERED]
    if any(len(offers) != 1 or offers[0][1] != RemedyKind.REFUND for offers in open_lines):
        return ()
    return tuple(ref for offers in open_lines for ref, _ in offers)


@tried_again
def _note(toolkit: Toolkit, withdrawal_ref: str) -> None:
    now: datetime = toolkit.now()
    with toolkit.transaction() as session:
        withdrawal = withdrawals.hold(session, withdrawal_ref)
        if withdrawal.state != State.REFUNDING or withdrawal.claim_id is None:
            return
        states = {state for state, _ in withdrawals.carrier(session, withdrawal.claim_id).lines}
        if states <= _PROMISED:
            withdrawals.move(session, withdrawal, Move.PROMISE, actor=WITHDRAWAL, now=now)


def refunds_to_go_on_with(toolkit: Toolkit) -> list[str]:
    """Name the withdrawals whose money is not promised yet, for the sweep."""
    with toolkit.reading() as session:
        return withdrawals.refunding(session, limit=_MOST_AT_ONCE)
