"""The claim page: everything about one claim, and what may be done to it."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain.authority import DECIDES, SEES_POLICY, Decider, Role, Stake, check_part
from portal.domain.claims import ClaimState
from portal.domain.decisions import LineApproval, stake_of
from portal.domain.errors import NotAllowed
from portal.domain.money import Money, zero
from portal.domain.refs import new_secret
from portal.letters.language import language_name
from portal.services.confirm_decision import binds
from portal.services.decide_escalation import said_of
from portal.web.shared.access import StaffOnDuty
from portal.web.shared.language import gettext as _
from portal.web.shared.names import REMEDIES, STATES, named
from portal.web.staff.act_forms import Forms
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.limits.held_words import OnLists, on_lists
from portal.web.staff.masks import masked
from portal.web.staff.pages.case import CaseLine, PastOrderView, RemedyView, case_lines, history, remedies_of
from portal.web.staff.pages.chain import Chain, chain_of
from portal.web.staff.pages.log import (
    LetterView,
    LogEntry,
    MessageView,
    PhotoView,
    conversation,
    letters,
    moment_of,
    not_delivered,
    photos,
    timeline,
    who,
)
from portal.web.staff.pages.order import OrderView, order_view


@dataclass(frozen=True, slots=True)
class ProposalView:
    """An approval that waits for a second person. may_confirm and may_void are this reader's."""

    by: str
    at: datetime
    reason: str
    words: str
    stake: Money
    offers: tuple[tuple[int, str, Money, Money], ...]
    current: bool
    may_confirm: bool
    may_void: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be assigned."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who works on the claim, and who could. mine: this reader does; name and ref are empty where nobody does."""

    name: str
    ref: str
    mine: bool
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class StaffClaimPage:
    """Rendered by ``staff/claim.html``. seen: how many events it shows. key: sent back by every form of this page.

    not_delivered: the mail that did not reach the customer and that no later one made up for.
    hindrance: why this reader may not decide, None where they may; limit: what they approve alone in this currency.
    """

    ref: str
    version: int
    seen: int
    key: str
    state: str
    open: bool
    reported_at: datetime
    raised_by: str
    answer_by: datetime | None
    overdue: bool
    waits_for_answer: bool
    assigned: Assignment
    customer_name: str
    mailbox: str
    language: str
    words: str
    apology: tuple[str, ...]
    lines: tuple[CaseLine, ...]
    order: OrderView
    photos: tuple[PhotoView, ...]
    remedies: tuple[RemedyView, ...]
    past: tuple[PastOrderView, ...]
    chain: Chain | None
    timeline: tuple[LogEntry, ...]
    conversation: tuple[MessageView, ...]
    letters: tuple[LetterView, ...]
    not_delivered: LetterView | None
    proposal: ProposalView | None
    hindrance: str | None
    may_act: bool
    may_take_back: bool
    may_try: bool
    lists: OnLists
    limit: Money
    forms: Forms
    notice: str = ""


def claim_page(file: ClaimFile, reader: StaffOnDuty, forms: Forms, now: datetime, notice: str = "") -> StaffClaimPage:
    """Put the page together for one reader."""
    claim, remedies, mails, currency = file.claim, remedies_of(file), letters(file), file.claim.order.currency
    hindrance = _hindrance(file, reader)
    return StaffClaimPage(
        ref=claim.ref,
        version=claim.version,
        seen=len(file.papers.events),
        key=new_secret()[:32],
        state=named(STATES, claim.state),
        open=any(line.state == ClaimState.ESCALATED for line in claim.lines),
        reported_at=claim.created_at,
        raised_by=who(file, claim.raised_by),
        answer_by=claim.answer_by,
        overdue=claim.answer_by is not None and claim.answer_by < now,
        waits_for_answer=claim.waits_for_answer,
        assigned=_assignment(file, reader),
        customer_name=claim.order.customer_name,
        mailbox=masked(claim.customer.mailbox),
        language=language_name(claim.locale),
        words=claim.words,
        apology=(claim.apology["heading"], *claim.apology["paragraphs"]),
        lines=case_lines(file),
        order=order_view(file),
        photos=photos(file),
        remedies=remedies.get(claim.ref, ()),
        past=history(file, remedies),
        chain=chain_of(file),
        timeline=timeline(file),
        conversation=conversation(file),
        letters=mails,
        not_delivered=not_delivered(mails),
        proposal=_proposal(file, reader, hindrance),
        hindrance=hindrance,
        may_act=reader.role in DECIDES,
        may_take_back=reader.role is Role.APPROVER,
        may_try=reader.role in SEES_POLICY,
        lists=on_lists(file, reader.role),
        limit=Money(file.papers.limits.get(currency, 0), currency),
        forms=forms,
        notice=notice,
    )


def _assignment(file: ClaimFile, reader: StaffOnDuty) -> Assignment:
    staff, assignee_id = file.papers.staff, file.claim.assignee_id
    assignee = staff.get(assignee_id, {}) if assignee_id else {}
    colleagues = tuple(
        Colleague(one["ref"], one["name"]) for one in staff.values() if one["active"] and one["role"] in DECIDES
    )
    return Assignment(assignee.get("name", ""), assignee.get("ref", ""), assignee_id == reader.id, colleagues)


def _hindrance(file: ClaimFile, reader: StaffOnDuty) -> str | None:
    """Say why this reader may not decide; the service refuses it whatever the page shows."""
    decider = Decider(reader.id, reader.role, reader.mailbox, file.papers.limits)
    kind, _colon, raised_by = file.claim.raised_by.partition(":")
    last = [one for one in file.papers.decisions if one["state"] == "in_force"]
    undecided = {line.id for line in file.claim.lines if line.state == ClaimState.ESCALATED}
    said_no = [one for one in last if one["line_id"] in undecided and one["kind"] == "decline"]
    stake = Stake(
        amount=zero(file.claim.order.currency),
        raised_by_staff_id=int(raised_by) if kind == "staff" else None,
        earlier_decider_id=said_no[-1]["decided_by"] if said_no else None,
        claimant_mailbox=file.claim.customer.mailbox,
    )
    try:
        check_part(decider, stake)
    except NotAllowed:
        return _why_not(decider, stake)
    return None


def _why_not(decider: Decider, stake: Stake) -> str:
    if decider.role not in DECIDES:
        return _("You can read this claim; agents and approvers decide it.")
    if decider.mailbox == stake.claimant_mailbox:
        return _("This is your own claim, so a colleague decides it.")
    if decider.staff_id == stake.raised_by_staff_id:
        return _("You reported this for the customer, so a colleague decides it.")
    return _("You said no to this before, so another person looks at it now.")


def _proposal(file: ClaimFile, reader: StaffOnDuty, hindrance: str | None) -> ProposalView | None:
    rows = [one for one in file.papers.decisions if one["state"] == "proposed"]
    if not rows:
        return None
    rows.sort(key=lambda one: one["line_id"])
    first = rows[0]
    approvals = [LineApproval.from_document(one["terms"]) for one in rows]
    said = said_of([one["terms"] for one in rows], first["reason"], first["words"])
    current = all(binds(file.claim, said, bytes.fromhex(one["digest"])) for one in rows)
    own = first["decided_by"] == reader.id
    free = reader.role is Role.APPROVER and hindrance is None and not own
    return ProposalView(
        by=file.person(first["decided_by"]) or "",
        at=moment_of(first["decided_at"]),
        reason=first["reason"],
        words=first["words"],
        stake=stake_of(approvals, file.claim.order.currency),
        offers=tuple(
            (one.line_number, named(REMEDIES, terms.kind), terms.amount, terms.bonus)
            for one in approvals
            for terms in one.offers
        ),
        current=current,
        may_confirm=current and free,
        may_void=own or free,
    )
