"""Contradictions within what a rule gives: caps that nothing reaches, and those of what is not given."""

from collections.abc import Iterator

from portal.domain.policy.plans import Amount, OfferPlan
from portal.domain.policy.proof.concerns import Concern, ConcernKind, Severity
from portal.domain.policy.proof.reach import Tops, idle_caps, most_bonus, never_above, tops_of
from portal.domain.policy.regions import Recent, RecentSum
from portal.domain.policy.table import Policy, Rule
from portal.domain.policy.vocabulary import LONGEST_WINDOW


def concerns_of_outcomes(policy: Policy) -> Iterator[Concern]:
    """Tell what contradicts itself in the outcomes of a policy, and what asks about more history than is kept."""
    for rule in policy.rules:
        yield from _of_windows(rule)
        tops = tops_of(rule)
        for plan in rule.outcome.plans:
            for kind, name in (*_idle(plan, tops), *_contradicting(plan, tops)):
                severity = Severity.ERROR if kind is ConcernKind.GIVES_NOTHING else Severity.WARNING
                yield Concern(kind, severity, (rule.key,), place=f"{plan.kind}.{name}")


def _of_windows(rule: Rule) -> Iterator[Concern]:
    for condition in rule.conditions:
        if isinstance(condition.region, Recent | RecentSum) and condition.region.window > LONGEST_WINDOW:
            yield Concern(ConcernKind.WINDOW_TOO_WIDE, Severity.ERROR, (rule.key,), place=condition.name)


def _idle(plan: OfferPlan, tops: Tops) -> Iterator[tuple[ConcernKind, str]]:
    """Tell what bounds nothing."""
    if plan.bonus_cap is not None and not plan.bonus:
        yield ConcernKind.BONUS_CAP_WITHOUT_BONUS, "bonus_cap"
    for name in idle_caps(plan, tops):
        yield ConcernKind.CAP_NEVER_REACHED, name
    if plan.fixed is not None and never_above(tops.line, plan.fixed):
        yield ConcernKind.FIXED_IS_ALL, "fixed"


def _contradicting(plan: OfferPlan, tops: Tops) -> Iterator[tuple[ConcernKind, str]]:
    """Tell what leaves nothing to give in any currency."""
    bounds = {"cap": plan.cap, "claim_cap": plan.claim_cap}
    bounds["customer_cap"] = plan.customer_cap.most if plan.customer_cap else None
    bounds["fixed"] = plan.fixed if not plan.shipping + plan.overpaid else None
    bounds["bonus_cap"] = plan.bonus_cap if plan.bonus else None
    emptied = [name for name, bound in bounds.items() if bound is not None and not any(bound.values())]
    for name in emptied:
        yield ConcernKind.GIVES_NOTHING, name
    if _rounds_all_away(plan):
        yield ConcernKind.GIVES_NOTHING, "round_to"
    elif plan.bonus and not emptied and _is_nothing(most_bonus(plan, tops)):
        yield ConcernKind.GIVES_NOTHING, "bonus"


def _is_nothing(amount: Amount | None) -> bool:
    return amount is not None and not any(amount.values())


def _rounds_all_away(plan: OfferPlan) -> bool:
    """Tell whether a fixed amount alone is rounded down to nothing in every currency."""
    if plan.fixed is None or plan.rounding is None or plan.shipping + plan.overpaid:
        return False
    return any(plan.fixed.values()) and not any(
        plan.rounding.of(minor, currency) for currency, minor in plan.fixed.items()
    )
