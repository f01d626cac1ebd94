"""Take back store credit that was granted in error, as an approver who has nothing to do with the claim."""

from dataclasses import dataclass

from portal.domain.actors import Actor, staff_id_of
from portal.domain.authority import Stake, check_second
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.money import zero
from portal.records import decisions
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.services.reverse_credit import Mistake, Reversed, reverse_credit
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What an approver typed. reason: for the file; words: what the customer reads; key: the page's own."""

    claim_ref: str
    remedy_ref: str
    reason: str
    words: str
    key: str


def take_back_credit(toolkit: Toolkit, *, staff_id: int, wanted: TakingBack) -> Reversed:
    """Take it back once for the page. Raises NotFound, NotAllowed (another role, an own claim, or one they raised)."""

    def check(session: Session, claim: Claim) -> None:
        if claim.ref != wanted.claim_ref:
            raise NotFound("no such remedy on this claim")
        held = decisions.hold_staff(session, staff_id)
        if held is None:
            raise NotAllowed("this account is closed")
        raised_by = staff_id_of(claim.raised_by)
        check_second(held[1], Stake(zero(claim.order.currency), raised_by, None, claim.customer.mailbox))

    source = f"staff page {wanted.key}"
    mistake = Mistake(wanted.remedy_ref, source, wanted.reason, Actor.staff(staff_id), wanted.words)
    return reverse_credit(toolkit, mistake, check)
