"""Decisions of staff: what an approval may give, what it counts for against a limit, and what exactly was approved."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.errors import BadAmount
from portal.domain.facts import Facts
from portal.domain.money import Money, total, zero
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.policy import OutcomeKind, Policy, judge
from portal.domain.policy.table import assemble

_HUNDRED = 100
_EXPIRES_IN_DAYS = 30
_GOODS_ARRIVE_IN_DAYS = 8


class DecisionKind(StrEnum):
    """What a person can decide about a line."""

    APPROVE = "approve"
    DECLINE = "decline"


class GoodwillReason(StrEnum):
    """Why somebody gets more than what they paid. Each has a share of it that goodwill may add."""

    KINDNESS = "kindness"
    LONG_WAIT = "long_wait"
    SPECIAL_DAY = "special_day"
    SECOND_FAILURE = "second_failure"


# In percent of what was paid for the units. A kindness is what policy itself adds to store credit.
GOODWILL_SHARES: Mapping[GoodwillReason, int] = {
    GoodwillReason.KINDNESS: 10,
    GoodwillReason.LONG_WAIT: 20,
    GoodwillReason.SPECIAL_DAY: 30,
    GoodwillReason.SECOND_FAILURE: 50,
}


class AboveCeiling(BadAmount):
    """An offer gives more than it may; maximum is what would pass, kind and line_number say where."""

    def __init__(self, line_number: int, kind: RemedyKind, maximum: Money, *, bonus: bool) -> None:
        """Keep where it was and what would pass; bonus tells that the goodwill was too much, not the amount."""
        super().__init__(f"line {line_number}: {kind} is above {maximum!r}")
        self.line_number, self.kind, self.maximum, self.bonus = line_number, kind, maximum, bonus


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a line can give: paid for its units with shipping, the goods alone, and what went back of it already."""

    paid: Money
    goods: Money
    given: Money

    @property
    def left(self) -> Money:
        """The most that money or credit may give back."""
        return Money(max(self.paid.minor - self.given.minor, 0), self.paid.currency)

    @property
    def replaceable(self) -> Money:
        """The most that goods may be worth which are sent again: they count like money that goes back."""
        return min(self.goods, self.left)

    def goodwill(self, reason: GoodwillReason | None) -> Money:
        """Give the most that may come on top, for a reason; nothing without one."""
        return self.paid.portion(GOODWILL_SHARES[reason], _HUNDRED) if reason else zero(self.paid.currency)


@dataclass(frozen=True, slots=True)
class LineApproval:
    """The offers that one line gets, the line named by its number in the order."""

    line_number: int
    offers: tuple[OfferTerms, ...]
    goodwill: GoodwillReason | None = None

    def stake(self) -> Money:
        """Tell what it can cost at most: the customer takes one of the offers."""
        costs = [offer.amount + offer.bonus for offer in self.offers]
        return max(costs, key=lambda cost: cost.minor)

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold."""
        stake = self.stake()
        return {
            "line": self.line_number,
            "offers": [offer.to_document() for offer in self.offers],
            "goodwill": self.goodwill,
            "stake_minor": stake.minor,
            "currency": stake.currency,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "LineApproval":
        """Read what ``to_document`` wrote."""
        return cls(
            line_number=document["line"],
            offers=tuple(OfferTerms.from_document(offer) for offer in document["offers"]),
            goodwill=GoodwillReason(document["goodwill"]) if document["goodwill"] else None,
        )


def check_approval(approval: LineApproval, ceiling: Ceiling) -> None:
    """Raise BadAmount for an approval of nothing, or of an offer twice, and AboveCeiling for one that gives more."""
    kinds = [offer.kind for offer in approval.offers]
    if not kinds or len(set(kinds)) != len(kinds):
        raise BadAmount(f"line {approval.line_number} needs at least one offer, and each kind once")
    for offer in approval.offers:
        _check_offer(offer, approval, ceiling)


def _check_offer(offer: OfferTerms, approval: LineApproval, ceiling: Ceiling) -> None:
    most = ceiling.replaceable if offer.kind is RemedyKind.REPLACEMENT else ceiling.left
    if most < offer.amount:
        raise AboveCeiling(approval.line_number, offer.kind, most, bonus=False)
    if offer.kind is not RemedyKind.REPLACEMENT and not _gives(offer, ceiling):
        raise BadAmount(f"line {approval.line_number}: {offer.kind} gives nothing")
    goodwill = ceiling.goodwill(approval.goodwill) if offer.kind is RemedyKind.STORE_CREDIT else zero(most.currency)
    if offer.bonus.minor < 0 or goodwill < offer.bonus:
        raise AboveCeiling(approval.line_number, offer.kind, goodwill, bonus=True)


def _gives(offer: OfferTerms, ceiling: Ceiling) -> bool:
    """Tell whether an offer gives something; where all went back already, goodwill alone may come as credit."""
    alone = offer.kind is RemedyKind.STORE_CREDIT and not ceiling.left and offer.bonus.minor > 0
    return offer.amount.minor > 0 or (alone and not offer.amount)


def stake_of(approvals: Sequence[LineApproval], currency: str) -> Money:
    """Add up what approvals of one claim can cost at most."""
    return total([approval.stake() for approval in approvals], currency)


def ceiling_of(facts: Facts, given: Money) -> Ceiling:
    """Tell what a line can give: what was paid for it, what was overpaid with it, less what went back already."""
    return Ceiling(paid=facts.line_value + facts.overpaid, goods=facts.goods_value, given=given)


def suggested_offers(facts: Facts, policy: Policy) -> tuple[OfferTerms, ...]:
    """Give what policy would offer without its limits, waits and refusals; all that was paid where it has none."""
    offering = tuple(rule for rule in policy.rules if rule.outcome.kind is OutcomeKind.OFFER)
    without_limits = assemble(
        name=policy.name,
        market=policy.market,
        rules=offering,
        defaults=policy.defaults,
        currencies=policy.currencies,
        document=policy.document,
    )
    return judge(facts, without_limits).offers or whole_offers(facts)


def whole_offers(facts: Facts) -> tuple[OfferTerms, ...]:
    """Offer all that was paid for a line: back, or as credit."""
    paid = facts.line_value + facts.overpaid
    kinds = [RemedyKind.STORE_CREDIT] if paid else []
    if paid and facts.card_refundable:
        kinds.insert(0, RemedyKind.REFUND)
    return tuple(terms_of(kind, paid, zero(paid.currency)) for kind in kinds)


def terms_of(
    kind: RemedyKind, amount: Money, bonus: Money, policy_class: PolicyClass = PolicyClass.ENTITLED
) -> OfferTerms:
    """Make the terms of an offer by a person."""
    arrives = _GOODS_ARRIVE_IN_DAYS if kind is RemedyKind.REPLACEMENT else None
    return OfferTerms(kind, amount, bonus, policy_class, arrives, _EXPIRES_IN_DAYS)


def digest_of(claim_ref: str, version: int, said: Mapping[str, Any]) -> bytes:
    """Make the digest of exactly what is decided about exactly which state of a claim."""
    told = json.dumps([claim_ref, version, said], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode()).digest()
