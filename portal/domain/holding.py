"""Holding back: what policy would give by itself goes to a person over a limit, on a list, or beyond a budget.

It comes after ``judge`` and takes nothing but what is kept with the claim, so it comes out the same again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Protocol

from portal.domain.budgets import Budget, BudgetPeriod, draws_on
from portal.domain.facts import Facts
from portal.domain.limits import Limit, ListKind, Standing, Subject
from portal.domain.money import zero
from portal.domain.offers import OfferTerms, PolicyClass
from portal.domain.policy.verdict import OutcomeKind, Verdict
from portal.domain.reasons import EscalateReason


class HeldKind(StrEnum):
    """Why policy did not go on by itself; for staff only."""

    TOO_MANY = "too_many"
    """As many remedies in the window as the limit names were given before."""
    TOO_MUCH = "too_much"
    """The remedies in the window and this claim are worth more than the limit names."""
    ON_LIST = "on_list"
    """Somebody put a subject of this claim on the list of those whom a person always answers."""
    ALLOWED = "allowed"
    """Somebody put a subject of this claim on the list of those without limits; nothing was held back for one."""
    CUSTOMER_CAP = "customer_cap"
    """Earlier claims have meanwhile given the customer so much that the rule's cap for one customer is passed."""
    BUDGET_SPENT = "budget_spent"
    """What is left of the class's budget does not cover the dearest offer."""
    BONUS_LEFT_OUT = "bonus_left_out"
    """What is left of goodwill does not cover the bonus, so the credit is offered without it."""


_KINDS = {"kind": HeldKind, "subject": Subject, "policy_class": PolicyClass, "period": BudgetPeriod}
# What sends a claim to a person; the rest is only told.
STOPS = frozenset(
    {HeldKind.TOO_MANY, HeldKind.TOO_MUCH, HeldKind.ON_LIST, HeldKind.CUSTOMER_CAP, HeldKind.BUDGET_SPENT}
)


@dataclass(frozen=True, slots=True)
class Held:
    """One finding. found and most: a count, or minor units of a currency; days: the window; entry: the list's ref."""

    kind: HeldKind
    subject: Subject | None = None
    policy_class: PolicyClass | None = None
    period: BudgetPeriod | None = None
    found: int | None = None
    most: int | None = None
    days: int | None = None
    currency: str | None = None
    entry: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold, without what it does not say."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in said.items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Held":
        """Read what ``to_document`` wrote."""
        values: dict[str, Any] = {
            name: _KINDS[name](value) if name in _KINDS else value for name, value in document.items()
        }
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What limits ask about a claim: what its lines are worth in minor units, and whether this is a second failure."""

    currency: str
    minor: int
    second_failure: bool


class Holding(Protocol):
    """The part of a policy that holds back."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Give its limits."""

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """Give its budgets."""

    @property
    def person_within_hours(self) -> int:
        """Give the hours within which a person answers, where nothing else is said."""


def hold_back(verdict: Verdict, facts: Facts, policy: Holding, standing: Standing) -> tuple[Verdict, tuple[Held, ...]]:
    """Give the verdict that holds, and why it is another one than policy's.

    A wait stays a wait: nothing is given by it, and its date asks again. What is held by a limit or a budget is only
    what policy would offer; whom a list names is answered by a person instead of a refusal too. A second failure lifts
    limits, and so does the list of those whom none apply to.
    """
    held = [*_by_list(verdict, standing), *_over_limits(verdict, facts, policy, standing)]
    held += _over_budgets(verdict, policy.budgets, standing)
    if any(one.kind in STOPS for one in held):
        return to_a_person(verdict, _hours(held, policy)), tuple(held)
    left_out = [one for one in held if one.kind is HeldKind.BONUS_LEFT_OUT]
    if left_out:
        offers = tuple(_without_bonus(terms, policy.budgets, standing) for terms in verdict.offers)
        return replace(verdict, offers=offers), tuple(held)
    return verdict, tuple(held)


def to_a_person(verdict: Verdict, hours: int) -> Verdict:
    """Give a verdict with a person in place of what it offers; what it found stays."""
    return replace(
        verdict,
        outcome=OutcomeKind.ESCALATE,
        offers=(),
        evidence_wanted=None,
        wait_until=None,
        reason=EscalateReason.PERSON_DECIDES,
        alternative=None,
        answer_within_hours=hours,
    )


def _hours(held: Sequence[Held], policy: Holding) -> int:
    """Give the shortest answer that a limit which is passed names, or the policy's own."""
    passed = {(one.subject, one.days) for one in held if one.kind in (HeldKind.TOO_MANY, HeldKind.TOO_MUCH)}
    named = [one.answer_within_hours for one in policy.limits if (one.subject, one.within_days) in passed]
    return min(named, default=policy.person_within_hours)


def _by_list(verdict: Verdict, standing: Standing) -> list[Held]:
    if verdict.outcome not in (OutcomeKind.OFFER, OutcomeKind.DECLINE):
        return []
    kinds = {ListKind.BLOCK: HeldKind.ON_LIST, ListKind.ALLOW: HeldKind.ALLOWED}
    return [Held(kinds[one.kind], subject=one.subject, entry=one.ref) for one in standing.listed]


def _over_limits(verdict: Verdict, facts: Facts, policy: Holding, standing: Standing) -> list[Held]:
    allowed = any(one.kind is ListKind.ALLOW for one in standing.listed)
    if verdict.outcome is not OutcomeKind.OFFER or allowed or facts.second_failure:
        return []
    claimed = Claimed(facts.claimed_value.currency, facts.claimed_value.minor, facts.second_failure)
    return [held for limit in policy.limits for held in over(limit, claimed, standing)]


def over(limit: Limit, claimed: Claimed, standing: Standing) -> list[Held]:
    """Tell in what ways a claim is over one limit; of a subject that is not known nothing is."""
    if limit.subject not in standing.known:
        return []
    found = standing.within(limit.subject, limit.within_days)
    held = []
    if limit.remedies is not None and len(found) >= limit.remedies:
        held.append(
            Held(
                HeldKind.TOO_MANY,
                subject=limit.subject,
                found=len(found),
                most=limit.remedies,
                days=limit.within_days,
            )
        )
    value = sum(one.minor or 0 for one in found) + claimed.minor
    most = (limit.value or {}).get(claimed.currency)
    if most is not None and value > most:
        held.append(
            Held(
                HeldKind.TOO_MUCH,
                subject=limit.subject,
                found=value,
                most=most,
                days=limit.within_days,
                currency=claimed.currency,
            )
        )
    return held


def _over_budgets(verdict: Verdict, budgets: Sequence[Budget], standing: Standing) -> list[Held]:
    if verdict.outcome is not OutcomeKind.OFFER:
        return []
    held = []
    for budget in budgets:
        short = [terms for terms in verdict.offers if budget.stops and not _covers(budget, terms, standing)]
        owned = [terms for terms in short if terms.policy_class is budget.policy_class]
        if short:
            kind = HeldKind.BUDGET_SPENT if owned else HeldKind.BONUS_LEFT_OUT
            currency = short[0].amount.currency
            held.append(
                Held(
                    kind,
                    policy_class=budget.policy_class,
                    period=budget.period,
                    found=standing.used_of(budget.policy_class, budget.period),
                    most=budget.amount[currency],
                    currency=currency,
                )
            )
    return held


def _covers(budget: Budget, terms: OfferTerms, standing: Standing) -> bool:
    """Tell whether what is left covers what an offer draws; a currency without a budget has none to be over."""
    wanted = draws_on(terms).get(budget.policy_class, 0)
    most = budget.amount.get(terms.amount.currency)
    return not wanted or most is None or standing.used_of(budget.policy_class, budget.period) + wanted <= most


def _without_bonus(terms: OfferTerms, budgets: Sequence[Budget], standing: Standing) -> OfferTerms:
    if all(_covers(budget, terms, standing) for budget in budgets if budget.stops):
        return terms
    return replace(terms, bonus=zero(terms.bonus.currency))
