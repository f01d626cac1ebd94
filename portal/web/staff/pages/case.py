"""What the claim page shows of the case: its lines with policy's reasons, its remedies, the customer's history."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from flask import url_for

from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.records.papers import Effect
from portal.records.tables.claims import ClaimLine
from portal.services.apply_verdict import WAIT_FOR_A_DATE
from portal.web.shared.language import gettext as _
from portal.web.shared.names import CLASSES, PARCELS, PROBLEMS, REMEDIES, STAGES, STATES, named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.decided_again import AgainView, EarlierView, again_view, earlier_views
from portal.web.staff.findings import Explained, explain
from portal.web.staff.limits.held_words import EntrySaid, HeldView, entries_of, held_views
from portal.web.staff.words import DECLINES, EFFECT_STATES, OFFER_STATES, REASONS, TROUBLES


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer that was made, and what became of it."""

    name: str
    amount: Money
    bonus: Money
    policy_class: str
    state: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the claim."""

    number: int
    title: str
    quantity: int
    problem: str
    parcel: str
    stage: str
    state: str
    code: str
    paid: Money
    given: Money
    reason: str | None
    wait_until: datetime | None
    offers: tuple[OfferView, ...]
    why: Explained
    again: AgainView
    earlier: tuple[EarlierView, ...]
    held: tuple[HeldView, ...]


@dataclass(frozen=True, slots=True)
class RemedyView:
    """A remedy, with what becomes of each of its effects in words."""

    claim_ref: str
    name: str
    state: str
    amount: Money
    bonus: Money
    promised_at: datetime
    effects: tuple[str, ...]
    # Where it gave store credit that an approver may find was an error.
    credit_url: str | None = None


@dataclass(frozen=True, slots=True)
class PastClaim:
    """An earlier claim of the customer."""

    ref: str
    problems: str
    state: str
    remedies: tuple[RemedyView, ...]


@dataclass(frozen=True, slots=True)
class PastOrderView:
    """An order of the customer, with the claims on it."""

    number: str
    placed_at: datetime
    value: Money
    claims: tuple[PastClaim, ...]


def case_lines(file: ClaimFile) -> tuple[CaseLine, ...]:
    """Show the lines of a claim."""
    entries = entries_of(file)
    return tuple(_line(file, line, entries) for line in file.claim.lines)


def _line(file: ClaimFile, line: ClaimLine, entries: dict[str, EntrySaid]) -> CaseLine:
    ceiling = file.ceilings[line.id]
    return CaseLine(
        number=line.order_line.line_number,
        title=line.order_line.title,
        quantity=line.quantity,
        problem=named(PROBLEMS, line.problem),
        parcel=named(PARCELS, line.parcel_state),
        stage=named(STAGES, line.stage),
        state=named(STATES, line.state),
        code=line.state,
        paid=ceiling.paid,
        given=ceiling.given,
        reason=named(DECLINES if line.state == "declined" else REASONS, line.reason) if line.reason else None,
        wait_until=line.wait_until if line.state in WAIT_FOR_A_DATE else None,
        offers=tuple(
            OfferView(
                name=named(REMEDIES, offer.kind),
                amount=Money(offer.amount_minor, offer.currency),
                bonus=Money(offer.bonus_minor, offer.currency),
                policy_class=named(CLASSES, offer.policy_class),
                state=named(OFFER_STATES, offer.state),
                expires_at=offer.expires_at,
            )
            for offer in line.offers
        ),
        why=explain(file.verdict(line), file.policy),
        again=again_view(file, line),
        earlier=earlier_views(file, line),
        held=held_views(line, entries),
    )


def remedies_of(file: ClaimFile) -> dict[str, tuple[RemedyView, ...]]:
    """Show all remedies of the customer, by the claim that they belong to."""
    by_claim: dict[str, list[RemedyView]] = {}
    for _ref, group in groupby(file.effects, key=attrgetter("ref")):
        effects = list(group)
        by_claim.setdefault(effects[0].claim_ref, []).append(_remedy(effects))
    return {ref: tuple(views) for ref, views in by_claim.items()}


def _remedy(effects: list[Effect]) -> RemedyView:
    first = effects[0]
    return RemedyView(
        claim_ref=first.claim_ref,
        name=named(REMEDIES, first.kind),
        state=named(EFFECT_STATES, first.state),
        amount=Money(first.amount_minor, first.currency),
        bonus=Money(first.bonus_minor, first.currency),
        promised_at=first.promised_at,
        effects=tuple(filter(None, (_effect(effect) for effect in effects))),
        credit_url=url_for("staff.credit", ref=first.claim_ref, remedy=first.ref) if _gave_credit(first) else None,
    )


def _gave_credit(first: Effect) -> bool:
    return first.kind == RemedyKind.STORE_CREDIT and first.state == "settled"


def _effect(effect: Effect) -> str | None:
    """Say one effect; its amount stands with the remedy, unless it is one refund of several."""
    if effect.refund_ref is not None:
        values = {"number": effect.payment_sequence, "state": named(EFFECT_STATES, effect.refund_state)}
        said = _("Refund %(ref)s to payment %(number)s: %(state)s", ref=effect.refund_ref, **values)
        return f"{said} ({named(TROUBLES, effect.refund_reason)})" if effect.refund_reason else said
    if effect.goods_state is not None:
        reason = named(TROUBLES, effect.goods_reason) if effect.goods_reason else None
        parts = (named(EFFECT_STATES, effect.goods_state), effect.carrier, effect.tracking_number, reason)
        return _("New parcel: %(state)s", state=" · ".join(part for part in parts if part))
    return None


def history(file: ClaimFile, remedies: dict[str, tuple[RemedyView, ...]]) -> tuple[PastOrderView, ...]:
    """Show the other orders of the customer, and the other claims on this one."""
    past = []
    for order in file.orders:
        claims = tuple(
            PastClaim(
                ref=claim["ref"],
                problems=", ".join(named(PROBLEMS, problem) for problem in claim["problems"] or []),
                state=named(STATES, claim["state"]),
                remedies=remedies.get(claim["ref"], ()),
            )
            for claim in order.claims
            if claim["ref"] != file.claim.ref
        )
        if claims or order.order_number != file.claim.order.order_number:
            value = Money(order.payments_total_minor, order.currency)
            past.append(PastOrderView(order.order_number, order.placed_at, value, claims))
    return tuple(past)
