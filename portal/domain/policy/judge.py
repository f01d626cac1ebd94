"""Judge: facts and a policy in, a verdict out. All conditions are tested; the first rule that passes decides."""

from datetime import UTC, date, datetime, time, timedelta

from portal.domain.facts import Facts
from portal.domain.offers import RemedyKind
from portal.domain.policy.pricing import offers_of, used_up
from portal.domain.policy.table import Outcome, Policy, Rule, WaitFrom, WaitPlan
from portal.domain.policy.verdict import NO_RULE_KEY, OutcomeKind, Verdict
from portal.domain.reasons import EscalateReason


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
    offers = offers_of(outcome, facts)
    sold_out = facts.out_of_stock and any(plan.kind is RemedyKind.REPLACEMENT for plan in outcome.plans)
    if outcome.kind is OutcomeKind.OFFER and not offers:
        outcome = _to_a_person(_why_nothing(outcome, facts, sold_out=sold_out), policy)
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
        keeps=outcome.keeps,
        answered_by=outcome.answered_by,
    )


def _first_match(passed: int, facts: Facts, policy: Policy) -> Rule | None:
    if not policy.currencies or facts.line_value.currency in policy.currencies:
        for rule, mask in zip(policy.rules, policy.masks, strict=True):
            if passed & mask == mask:
                return rule
    return None


def _why_nothing(outcome: Outcome, facts: Facts, *, sold_out: bool) -> EscalateReason:
    """Tell why no remedy of a rule gives anything."""
    if sold_out:
        return EscalateReason.OUT_OF_STOCK
    return EscalateReason.CAP_REACHED if used_up(outcome, facts) else EscalateReason.NO_PAYMENT_TO_REFUND


def _to_a_person(reason: EscalateReason, policy: Policy) -> Outcome:
    return Outcome(OutcomeKind.ESCALATE, reason=reason, answer_within_hours=policy.defaults.answer_within_hours)


def _wait_until(plan: WaitPlan, facts: Facts) -> datetime:
    """Count whole days from now, so that the date never lies before the day on which another rule takes over."""
    if plan.until is not None:
        return datetime.combine(date.fromordinal(plan.until), time(), UTC)
    passed = {
        WaitFrom.NOW: 0,
        WaitFrom.ORDERED: facts.days_since_ordered,
        WaitFrom.PROMISED: facts.days_since_promised,
        WaitFrom.HANDED_OVER: facts.days_since_handed_over,
        WaitFrom.DELIVERED: facts.days_since_delivered,
    }[plan.start]
    return facts.now + timedelta(days=max(plan.days - (passed or 0), 1))
