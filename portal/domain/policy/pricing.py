"""Pricing: what each remedy of a rule gives for one claim line."""

from collections.abc import Mapping

from portal.domain.facts import Facts
from portal.domain.money import Money, portion_minor, share_minor, zero
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.policy.plans import CustomerCap, OfferPlan, part_of_claim
from portal.domain.policy.table import Outcome
from portal.domain.policy.vocabulary import VOCABULARY

_WHOLE = 10_000


def offers_of(outcome: Outcome, facts: Facts) -> tuple[OfferTerms, ...]:
    """Price every remedy, leaving out what would give nothing, a refund that no card can take, and what is sold out."""
    priced = (_priced(plan, outcome.policy_class, facts) for plan in outcome.plans)
    return tuple(terms for terms in priced if _worth_showing(terms, facts))


def used_up(outcome: Outcome, facts: Facts) -> bool:
    """Tell whether a remedy gives nothing only because its customer has had all that policy gives them alone."""
    caps = (plan.customer_cap for plan in outcome.plans)
    return any(cap is not None and not _left_for(cap, facts) for cap in caps)


def _worth_showing(terms: OfferTerms, facts: Facts) -> bool:
    if terms.kind is RemedyKind.REPLACEMENT:
        return not facts.out_of_stock
    return terms.amount.minor > 0 and (terms.kind is not RemedyKind.REFUND or facts.card_refundable.minor > 0)


def _priced(plan: OfferPlan, policy_class: PolicyClass, facts: Facts) -> OfferTerms:
    currency = facts.line_value.currency
    if plan.kind is RemedyKind.REPLACEMENT:
        return OfferTerms(
            plan.kind, facts.goods_value, zero(currency), policy_class, plan.arrives_in_days, plan.expires_in_days
        )
    sides = _rounded(plan, _entitlement(plan, facts), facts)
    amount = _capped(_capped(sum(sides), plan.cap, currency), _part_of(plan.claim_cap, facts), currency)
    bonus = _capped(portion_minor(amount, plan.bonus, _WHOLE), plan.bonus_cap, currency)
    if plan.customer_cap is not None:
        most = _share_of(_left_for(plan.customer_cap, facts), facts)
        amount = min(amount, most)
        bonus = min(bonus, most - amount)
    _goods, shipping, overpaid = _within(amount, sides)
    told = facts.shipping_given_back is not None
    return OfferTerms(
        plan.kind,
        Money(amount, currency),
        Money(bonus, currency),
        policy_class,
        plan.arrives_in_days,
        plan.expires_in_days,
        of_shipping=Money(shipping, currency) if told else None,
        of_overpaid=Money(overpaid, currency) if told else None,
    )


def _entitlement(plan: OfferPlan, facts: Facts) -> list[int]:
    """Give the share of the goods, of the shipping and of what was overpaid, in minor units.

    None is above what was paid for it and has not gone back; what was overpaid stands apart.
    """
    goods, shipping = facts.goods_value.minor, facts.shipping_value.minor
    wanted = portion_minor(goods, plan.goods, _WHOLE) if plan.fixed is None else plan.fixed[facts.line_value.currency]
    return _bounded(wanted, portion_minor(shipping, plan.shipping, _WHOLE), plan, facts)


def _bounded(goods: int, shipping: int, plan: OfferPlan, facts: Facts) -> list[int]:
    back = facts.given_back.minor
    shipping_back = facts.shipping_given_back.minor if facts.shipping_given_back else 0
    goods = min(goods, facts.goods_value.minor - (back - shipping_back))
    shipping = min(shipping, facts.shipping_value.minor - shipping_back)
    sides = [max(goods, 0), max(shipping, 0)]
    left = max(facts.line_value.minor - back, 0)
    return [*_within(min(sum(sides), left), sides), portion_minor(facts.overpaid.minor, plan.overpaid, _WHOLE)]


def _rounded(plan: OfferPlan, sides: list[int], facts: Facts) -> list[int]:
    """Round what the sides add up to. More of it is more of the goods first, as far as any of them is left."""
    if plan.rounding is None:
        return sides
    given, rounded = sum(sides), plan.rounding.of(sum(sides), facts.line_value.currency)
    if rounded <= given:
        return _within(rounded, sides)
    whole = _bounded(
        facts.goods_value.minor if plan.goods or plan.fixed else 0,
        facts.shipping_value.minor if plan.shipping else 0,
        plan,
        facts,
    )
    amount = min(rounded, max(sum(whole), given))
    more = []
    for side, most in zip(sides, whole, strict=True):
        more.append(side + min(amount - given, max(most - side, 0)))
        given += more[-1] - side
    return more


def _within(amount: int, sides: list[int]) -> list[int]:
    """Make sides less in proportion where together they are more than an amount."""
    return sides if sum(sides) <= amount else share_minor(amount, sides)


def _capped(minor: int, cap: Mapping[str, int] | None, currency: str) -> int:
    return minor if cap is None else min(minor, cap[currency])


def _part_of(cap: Mapping[str, int] | None, facts: Facts) -> Mapping[str, int] | None:
    """Give a line its part of what all lines of a claim may get together."""
    currency = facts.line_value.currency
    return None if cap is None else {currency: _share_of(cap[currency], facts)}


def _share_of(minor: int, facts: Facts) -> int:
    return part_of_claim(minor, facts.line_value.minor, facts.claimed_value.minor)


def _left_for(cap: CustomerCap, facts: Facts) -> int:
    """Tell what a customer may still get. Where their history was not recorded, nobody knows, so it is nothing."""
    fact = VOCABULARY[cap.counts]
    if fact.kept in facts.unrecorded:
        return 0
    had: int = sum(minor for days, minor in getattr(facts, fact.reads) if days <= cap.window)
    return cap.left(had, facts.line_value.currency)
