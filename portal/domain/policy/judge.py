"""Judge: facts and a policy in, a verdict out. All conditions are tested; the first rule that passes decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.domain.facts import Facts
from portal.domain.money import Money, portion_minor, share_minor, zero
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.policy.table import OfferPlan, Outcome, Policy, Rule, WaitFrom, WaitPlan
from portal.domain.policy.verdict import NO_RULE_KEY, OutcomeKind, Verdict
from portal.domain.reasons import EscalateReason

_WHOLE = 10_000


def judge(facts: Facts, policy: Policy) -> Verdict:
    """Say what a policy does about a claim line; where no rule matches, or the currency is unknown to it, a person."""
    passed = 0
    for position, test in enumerate(policy.tests):
        if test(facts):
            passed |= 1 << position
    found = tuple([read(facts) for read in policy.readers])
    return conclude(_first_match(passed, facts, policy), facts, policy, passed=passed, found=found)


def conclude(
    rule: Rule | None, facts: Facts, policy: Policy, *, passed: int = 0, found: tuple[str, ...] | None = None
) -> Verdict:
    """Say what a rule gives, or what holds where none matched; without ``found`` the verdict has no findings."""
    key, outcome = (rule.key, rule.outcome) if rule else (NO_RULE_KEY, _to_a_person(EscalateReason.NO_RULE, policy))
    offers = _offers(outcome, facts)
    sold_out = facts.out_of_stock and any(plan.kind is RemedyKind.REPLACEMENT for plan in outcome.plans)
    if outcome.kind is OutcomeKind.OFFER and not offers:
        reason = EscalateReason.OUT_OF_STOCK if sold_out else EscalateReason.NO_PAYMENT_TO_REFUND
        outcome = _to_a_person(reason, policy)
    return Verdict(
        rule_key=key,
        outcome=outcome.kind,
        offers=offers,
        evidence_wanted=None if facts.evidence else outcome.evidence,
        wait_until=_wait_until(outcome.wait, facts) if outcome.wait else None,
        reason=outcome.reason,
        alternative=outcome.alternative,
        answer_within_hours=outcome.answer_within_hours,
        wording=outcome.wording,
        asked=() if found is None else policy.asked,
        passed=passed,
        found=found or (),
        trace=() if found is None else policy.trace,
        sold_out=sold_out,
    )


def _first_match(passed: int, facts: Facts, policy: Policy) -> Rule | None:
    if not policy.currencies or facts.line_value.currency in policy.currencies:
        for rule, mask in zip(policy.rules, policy.masks, strict=True):
            if passed & mask == mask:
                return rule
    return None


def _to_a_person(reason: EscalateReason, policy: Policy) -> Outcome:
    return Outcome(OutcomeKind.ESCALATE, reason=reason, answer_within_hours=policy.defaults.answer_within_hours)


def _offers(outcome: Outcome, facts: Facts) -> tuple[OfferTerms, ...]:
    """Price every remedy, leaving out what would give nothing, a refund that no card can take, and what is sold out."""
    priced = (_priced(plan, outcome.policy_class, facts) for plan in outcome.plans)
    return tuple(terms for terms in priced if _worth_showing(terms, facts))


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
    sides = _entitlement(plan, facts)
    amount = _capped(sum(sides), plan.cap, currency)
    bonus = _capped(portion_minor(amount, plan.bonus, _WHOLE), plan.bonus_cap, currency)
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
    back, goods_paid, shipping_paid = facts.given_back.minor, facts.goods_value.minor, facts.shipping_value.minor
    shipping_back = facts.shipping_given_back.minor if facts.shipping_given_back else 0
    goods = min(portion_minor(goods_paid, plan.goods, _WHOLE), goods_paid - (back - shipping_back))
    shipping = min(portion_minor(shipping_paid, plan.shipping, _WHOLE), shipping_paid - shipping_back)
    sides = [max(goods, 0), max(shipping, 0)]
    left = max(facts.line_value.minor - back, 0)
    return [*_within(min(sum(sides), left), sides), portion_minor(facts.overpaid.minor, plan.overpaid, _WHOLE)]


def _within(amount: int, sides: list[int]) -> list[int]:
    """Make sides less in proportion where together they are more than an amount."""
    return sides if sum(sides) <= amount else share_minor(amount, sides)


def _capped(minor: int, cap: Mapping[str, int] | None, currency: str) -> int:
    return minor if cap is None else min(minor, cap[currency])


def _wait_until(plan: WaitPlan, facts: Facts) -> datetime:
    """Count whole days from now, so that the date never lies before the day on which another rule takes over."""
    passed = {
        WaitFrom.NOW: 0,
        WaitFrom.ORDERED: facts.days_since_ordered,
        WaitFrom.PROMISED: facts.days_since_promised,
        WaitFrom.HANDED_OVER: facts.days_since_handed_over,
        WaitFrom.DELIVERED: facts.days_since_delivered,
    }[plan.start]
    return facts.now + timedelta(days=max(plan.days - (passed or 0), 1))
