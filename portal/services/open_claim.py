"""Open a claim for a staff member who is about to decide or to write: everything locked, everything checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import Actor, staff_id_of
from portal.domain.authority import Decider, Stake, check_part
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.money import Money, zero
from portal.records import claims, decisions, orders
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimLine, Decision
from portal.records.tables.people import StaffMember
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Page:
    """The page that was answered. version: the claim as it showed it; key: the page's own, equal for a double tap."""

    claim_ref: str
    version: int
    key: str


@dataclass(slots=True)
class Desk:
    """A claim that is held, and the staff member who works on it."""

    toolkit: Toolkit
    session: Session
    claim: Claim
    member: StaffMember
    decider: Decider
    page: Page
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor.staff(self.member.id)

    def lines(self, numbers: tuple[int, ...]) -> list[ClaimLine]:
        """Find lines by their numbers in the order; raise NotFound where one is not on the claim, or named twice."""
        by_number = {line.order_line.line_number: line for line in self.claim.lines}
        if not numbers or len(set(numbers)) != len(numbers) or not set(numbers) <= by_number.keys():
            raise NotFound("no such line on this claim")
        return [by_number[number] for number in numbers]

    def check_part(self, lines: list[ClaimLine], stake: Money | None = None, *, proposer: int | None = None) -> Stake:
        """Raise NotAllowed where this person raised it, benefits from it, or took part before."""
        earlier = proposer or decisions.last_decliner(self.session, [line.id for line in lines])
        decided = Stake(
            amount=stake or zero(self.claim.order.currency),
            raised_by_staff_id=staff_id_of(self.claim.raised_by),
            earlier_decider_id=earlier,
            claimant_mailbox=self.claim.customer.mailbox,
        )
        check_part(self.decider, decided)
        return decided


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act came to. letter and context: the mail that tells it; said: what its digest covers.

    proposal: it waits for a second person, and its mail does not leave yet.
    """

    letter: str
    context: dict[str, Any]
    said: dict[str, Any]
    proposal: tuple[Decision, ...] = ()


def open_claim(toolkit: Toolkit, session: Session, page: Page, staff_id: int) -> Desk | None:
    """Lock order, staff member and claim, in this order; nothing where the same page was answered already.

    Raises NotFound, NotAllowed (the person left, or decides nothing by now), MovedOn (the page is out of date).
    """
    order_id = claims.order_of(session, page.claim_ref)
    if order_id is None:
        raise NotFound("no such claim")
    orders.hold(session, order_id)
    held = decisions.hold_staff(session, staff_id)
    if held is None:
        raise NotAllowed("this account is closed")
    claim = claims.hold(session, page.claim_ref)
    desk = Desk(toolkit, session, claim, *held, page, toolkit.now())
    if decisions.was_done(session, claim.id, str(desk.actor), page.key):
        return None
    if claim.version != page.version:
        raise MovedOn(claim.ref)
    return desk
