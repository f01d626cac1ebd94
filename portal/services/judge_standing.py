"""Ask policy with what stands of limits, lists and budgets: the verdict that holds, and what was held back, kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.facts import Facts
from portal.domain.holding import Held, hold_back
from portal.domain.limits import Standing
from portal.domain.offers import PolicyClass
from portal.domain.policy import Policy, Verdict, judge
from portal.records import limits
from portal.records.budgets import Asked
from portal.records.limits import SubjectKey
from portal.records.sessions import Session
from portal.services.read_order import OrderRead
from portal.services.subject_keys import keys_of
from portal.services.toolkit import Toolkit

_HELD = "held"
# What was found when the customer chose, later than what the verdict rests on.
_LATER = "at_choice"


@dataclass(frozen=True, slots=True)
class JudgedReport:
    """What policy says of each line of a report, what is kept beside it, and whose claim it is."""

    keys: tuple[SubjectKey, ...]
    verdicts: list[Verdict]
    standings: list[dict[str, Any]]


def judge_report(
    toolkit: Toolkit, session: Session, read: OrderRead, policy: Policy, facts: Sequence[Facts], device: str | None
) -> JudgedReport:
    """Judge the lines of a report. device: the id that the reporting browser holds, None where staff report."""
    now, order = toolkit.now(), read.order
    keys = keys_of(toolkit.secret_key, order, read.dossier.payments, device=device)
    standing = limits.standing(
        session,
        keys,
        customer_id=order.customer_id,
        currency=order.currency,
        budgets=budgets_of(policy, now, toolkit.zone),
        now=now,
    )
    judged = [judge_standing(fact, policy, standing) for fact in facts]
    return JudgedReport(keys, [verdict for verdict, _ in judged], [kept for _, kept in judged])


def judge_standing(facts: Facts, policy: Policy, standing: Standing) -> tuple[Verdict, dict[str, Any]]:
    """Give the verdict that holds, and the document that is kept of its standing with what was held back."""
    verdict, held = hold_back(judge(facts, policy), facts, policy, standing)
    return verdict, document_of(standing, held)


def judge_kept(facts: Facts, policy: Policy, kept: dict[str, Any] | None) -> tuple[Verdict, dict[str, Any] | None]:
    """Judge again by a standing as it was kept; of a claim of before it was kept, by the facts alone."""
    if kept is None:
        return judge(facts, policy), None
    return judge_standing(facts, policy, Standing.from_document(kept))


def without_later(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give of a kept standing what its verdict rests on."""
    return None if kept is None else {name: value for name, value in kept.items() if name != _LATER}


def with_later(kept: dict[str, Any] | None, standing: Standing, held: Sequence[Held]) -> dict[str, Any]:
    """Keep beside a standing what held a choice back."""
    return {**(kept or {}), _LATER: document_of(standing, held)}


def document_of(standing: Standing, held: Sequence[Held]) -> dict[str, Any]:
    """Write what is kept with a claim line."""
    document = standing.to_document()
    return {**document, _HELD: [one.to_document() for one in held]} if held else document


def held_in(kept: dict[str, Any] | None) -> tuple[Held, ...]:
    """Read what was held back, when it was reported and when the customer chose."""
    document = kept or {}
    found = [*document.get(_HELD, ()), *document.get(_LATER, {}).get(_HELD, ())]
    return tuple(Held.from_document(one) for one in found)


def budgets_of(
    policy: Policy, now: datetime, zone: ZoneInfo, classes: frozenset[PolicyClass] = frozenset(PolicyClass)
) -> list[Asked]:
    """List the budgets of a policy for some classes, in the periods that a moment lies in by the shop's own time."""
    today = now.astimezone(zone).date()
    return [
        Asked(policy.market, one.policy_class, one.period, one.period.begins(today))
        for one in policy.budgets
        if one.policy_class in classes
    ]
