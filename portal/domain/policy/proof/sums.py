"""Contradictions within what a rule gives: caps that nothing reaches, and those of what is not given."""

from collections.abc import Iterator, Mapping

from portal.domain.policy.plans import Amount, OfferPlan
from portal.domain.policy.proof.concerns import Concern, ConcernKind, Severity
from portal.domain.policy.regions import AmountSpan, Recent, RecentSum
from portal.domain.policy.table import Policy, Rule
from portal.domain.policy.vocabulary import LONGEST_WINDOW

_WHOLE = 10_000


def concerns_of_outcomes(policy: Policy) -> Iterator[Concern]:
    """Tell what contradicts itself in the outcomes of a policy, and what asks about more history than is kept."""
    for rule in policy.rules:
        yield from _of_windows(rule)
        most = _most(rule)
        for plan in rule.outcome.plans:
            for kind, name in (*_idle(plan, most), *_contradicting(plan)):
                severity = Severity.ERROR if kind is ConcernKind.GIVES_NOTHING else Severity.WARNING
                yield Concern(kind, severity, (rule.key,), place=f"{plan.kind}.{name}")


def _of_windows(rule: Rule) -> Iterator[Concern]:
    for condition in rule.conditions:
        if isinstance(condition.region, Recent | RecentSum) and condition.region.window > LONGEST_WINDOW:
            yield Concern(ConcernKind.WINDOW_TOO_WIDE, Severity.ERROR, (rule.key,), place=condition.name)


def _idle(plan: OfferPlan, most: Amount | None) -> Iterator[tuple[ConcernKind, str]]:
    """Tell what bounds nothing."""
    if plan.bonus_cap is not None and not plan.bonus:
        yield ConcernKind.BONUS_CAP_WITHOUT_BONUS, "bonus_cap"
    if plan.cap is not None and _is_idle(plan.cap, plan, most):
        yield ConcernKind.CAP_NEVER_REACHED, "cap"
    if plan.fixed is not None and most is not None and _never_above(most, plan.fixed):
        yield ConcernKind.FIXED_IS_ALL, "fixed"


def _is_idle(cap: Amount, plan: OfferPlan, most: Amount | None) -> bool:
    """Tell whether a cap of a line lies above all that it could give, or above what another cap leaves."""
    others = [plan.claim_cap, plan.customer_cap.most if plan.customer_cap else None]
    if plan.fixed is not None and plan.rounding is None and not plan.shipping + plan.overpaid:
        others.append(plan.fixed)
    if any(other is not None and _never_above(other, cap) for other in others):
        return True
    return most is not None and _beyond(plan, cap, most)


def _contradicting(plan: OfferPlan) -> Iterator[tuple[ConcernKind, str]]:
    """Tell what leaves nothing to give in any currency."""
    bounds = {"cap": plan.cap, "claim_cap": plan.claim_cap}
    bounds["customer_cap"] = plan.customer_cap.most if plan.customer_cap else None
    bounds["fixed"] = plan.fixed if not plan.shipping + plan.overpaid else None
    for name, bound in bounds.items():
        if bound is not None and not any(bound.values()):
            yield ConcernKind.GIVES_NOTHING, name
    if _rounds_all_away(plan):
        yield ConcernKind.GIVES_NOTHING, "round_to"


def _rounds_all_away(plan: OfferPlan) -> bool:
    """Tell whether a fixed amount alone is rounded down to nothing in every currency."""
    if plan.fixed is None or plan.rounding is None or plan.shipping + plan.overpaid:
        return False
    return any(plan.fixed.values()) and not any(
        plan.rounding.of(minor, currency) for currency, minor in plan.fixed.items()
    )


def _never_above(one: Amount, other: Amount) -> bool:
    return all(one[currency] <= other[currency] for currency in one)


def _most(rule: Rule) -> Mapping[str, int] | None:
    """Give the most that a line of this rule's claims can be worth, by currency, where the rule says so."""
    for condition in rule.conditions:
        if condition.name == "line_value" and isinstance(condition.region, AmountSpan):
            return condition.region.high
    return None


def _beyond(plan: OfferPlan, cap: Mapping[str, int], most: Mapping[str, int]) -> bool:
    """Tell whether a cap lies at or above the greatest share in every currency; what was overpaid has no bound."""
    share = max(plan.goods, plan.shipping)
    return (
        plan.fixed is None
        and not plan.overpaid
        and all(cap[currency] * _WHOLE >= most[currency] * share for currency in most)
    )
