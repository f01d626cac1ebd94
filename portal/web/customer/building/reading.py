"""Everything that the claim page shows, read at once: at most four statements, however long the claim is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.claims import ClaimState
from portal.domain.offers import RemedyKind
from portal.domain.outreach import US
from portal.domain.reasons import DeclineReason
from portal.domain.stock import Free
from portal.records import claim_page, customer_pages
from portal.records.credit_statements import code_of
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, ClaimMessage, Evidence
from portal.records.tables.follow_ups import FollowUp
from portal.records.tables.orders import OrderLine, Payment
from portal.records.tables.remedies import Refund, Remedy, Replacement
from portal.services.read_order import capacity_of
from portal.services.toolkit import Toolkit
from portal.services.word_offers import Ways

_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """A claim as its page needs it. names: first names of staff by actor; credit_code: of the claim's currency."""

    claim: Claim
    events: list[ClaimEvent]
    messages: list[ClaimMessage]
    photos: list[Evidence]
    remedies: list[tuple[Remedy, list[Replacement]]]
    money: list[tuple[Payment, list[Refund]]]
    spent: dict[int, int]
    free: dict[int, Free]
    order_lines: list[OrderLine]
    names: dict[str, str]
    credit_code: str | None
    now: datetime
    zone: ZoneInfo
    locale: str
    shop_name: str
    follow_up: FollowUp | None

    @property
    def seen_by_us(self) -> bool:
        """Tell whether we told first, and nobody reported it."""
        return self.claim.raised_by == str(US)

    @property
    def ways(self) -> Ways:
        """How money of the order goes back now."""
        captured = [payment for payment, _ in self.money if payment.captured_at is not None]
        return Ways(
            tuple(payment for payment, _ in self.money),
            tuple(capacity_of(payment, self.spent[payment.id]) for payment in captured),
        )

    def lines_in(self, state: ClaimState) -> list[ClaimLine]:
        """List the lines that stand in a state."""
        return [line for line in self.claim.lines if line.state == state]

    def refunds_of(self, remedy: Remedy) -> list[tuple[Refund, Payment]]:
        """List the refunds of a remedy with their payments."""
        return [
            (refund, payment) for payment, refunds in self.money for refund in refunds if refund.remedy_id == remedy.id
        ]


def title_of(line: ClaimLine) -> str:
    """Name a claim line, with its quantity where there are several."""
    return f"{line.quantity} × {line.order_line.title}" if line.quantity > 1 else line.order_line.title


def read_claim(
    session: Session, toolkit: Toolkit, claim_ref: str, customer_id: int, locale_for: Callable[[str], str]
) -> ClaimRead | None:
    """Read a customer's own claim whole. locale_for: which language to speak about an order of a locale."""
    rows = claim_page.whole(session, claim_ref, customer_id)
    if rows is None:
        return None
    claim = rows.claim
    return ClaimRead(
        claim=claim,
        events=rows.events,
        messages=rows.messages,
        photos=rows.photos,
        remedies=rows.remedies,
        money=rows.money,
        spent=rows.spent,
        free=rows.free,
        order_lines=customer_pages.lines_of(session, claim.order_id) if _shows_sums(claim) else [],
        names=_names(session, claim, rows.events, rows.messages),
        credit_code=_code(session, toolkit, claim, [remedy for remedy, _ in rows.remedies]),
        now=toolkit.now(),
        zone=toolkit.zone,
        locale=locale_for(claim.order.locale),
        shop_name=toolkit.shop.name,
        follow_up=rows.follow_up,
    )


def _shows_sums(claim: Claim) -> bool:
    return any(line.state == ClaimState.DECLINED and line.reason == DeclineReason.CHARGE_AGREES for line in claim.lines)


def _names(session: Session, claim: Claim, events: list[ClaimEvent], messages: list[ClaimMessage]) -> dict[str, str]:
    actors = {event.actor for event in events} | {message.actor for message in messages}
    ids = {int(actor.removeprefix(_STAFF)) for actor in actors if actor.startswith(_STAFF)}
    if claim.assignee_id is not None:
        ids.add(claim.assignee_id)
    found = customer_pages.names_of_staff(session, ids)
    return {f"{_STAFF}{staff_id}": name.split()[0] for staff_id, name in found.items() if name.strip()}


def _code(session: Session, toolkit: Toolkit, claim: Claim, promised: list[Remedy]) -> str | None:
    if not any(one.kind == RemedyKind.STORE_CREDIT or one.credit_minor for one in promised):
        return None
    return code_of(session, claim.customer_id, claim.order.currency, toolkit.secret_key)
