"""Contradictions within what a rule gives: caps that nothing reaches, and those of what is not given."""

from collections.abc import Iterator, Mapping

from portal.domain.policy.proof.concerns import Concern, ConcernKind, Severity
from portal.domain.policy.regions import AmountSpan
from portal.domain.policy.table import OfferPlan, Policy, Rule

_WHOLE = 10_000


def concerns_of_outcomes(policy: Policy) -> Iterator[Concern]:
    """Tell what contradicts itself in the outcomes of a policy."""
    for rule in policy.rules:
        most = _most(rule)
        for plan in rule.outcome.plans:
            if plan.bonus_cap is not None and not plan.bonus:
                yield _concern(ConcernKind.BONUS_CAP_WITHOUT_BONUS, rule, f"{plan.kind}.bonus_cap")
            if plan.cap is not None and most is not None and _beyond(plan, plan.cap, most):
                yield _concern(ConcernKind.CAP_NEVER_REACHED, rule, f"{plan.kind}.cap")


def _concern(kind: ConcernKind, rule: Rule, place: str) -> Concern:
    return Concern(kind, Severity.WARNING, (rule.key,), place=place)


def _most(rule: Rule) -> Mapping[str, int] | None:
    """Give the most that a line of this rule's claims can be worth, by currency, where the rule says so."""
    for condition in rule.conditions:
        if condition.name == "line_value" and isinstance(condition.region, AmountSpan):
            return condition.region.high
    return None


def _beyond(plan: OfferPlan, cap: Mapping[str, int], most: Mapping[str, int]) -> bool:
    """Tell whether a cap lies at or above the greatest share in every currency; what was overpaid has no bound."""
    share = max(plan.goods, plan.shipping)
    return not plan.overpaid and all(cap[currency] * _WHOLE >= most[currency] * share for currency in most)
