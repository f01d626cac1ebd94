"""Sayings: what a verdict tells its customer and staff beside the amounts, and in which parts two of them differ."""

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import NamedTuple

from portal.domain.authority import Role
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy.table import Outcome, WaitPlan
from portal.domain.policy.verdict import OutcomeKind, Reason, Wording
from portal.domain.reasons import Alternative, EvidenceReason


class Part(StrEnum):
    """A part of what a verdict says, beside its amounts."""

    CLASS = "class"
    EVIDENCE = "evidence"
    KEEP = "keep"
    ORDER = "order"
    ARRIVES = "arrives_in_days"
    EXPIRES = "expires_in_days"
    WAIT = "wait"
    REASON = "reason"
    ALTERNATIVE = "alternative"
    HOURS = "within_hours"
    TO = "to"
    WORDING = "wording"


Terms = tuple[tuple[RemedyKind, int | None], ...]


class Saying(NamedTuple):
    """What a verdict says beside its amounts; of remedies only those that are offered, in the order they are shown."""

    outcome: OutcomeKind
    policy_class: PolicyClass | None
    evidence: EvidenceReason | None
    keeps: bool
    arrives: Terms
    expires: Terms
    wait: WaitPlan | None
    reason: Reason | None
    alternative: Alternative | None
    within_hours: int | None
    answered_by: Role | None
    wording: Wording


def said_by(outcome: Outcome, offered: Collection[RemedyKind], *, photo_there: bool) -> Saying:
    """Give what an outcome says where these remedies of it give something. photo_there: nobody is asked for one."""
    plans = [plan for plan in outcome.plans if plan.kind in offered]
    return Saying(
        outcome.kind,
        outcome.policy_class if plans else None,
        None if photo_there else outcome.evidence,
        outcome.keeps,
        tuple((plan.kind, plan.arrives_in_days) for plan in plans),
        tuple((plan.kind, plan.expires_in_days) for plan in plans),
        outcome.wait,
        outcome.reason,
        outcome.alternative,
        outcome.answer_within_hours,
        outcome.answered_by,
        outcome.wording,
    )


def parts_between(one: Saying, other: Saying) -> tuple[Part, ...]:
    """Name the parts that differ; none where the outcomes do, because then everything does.

    A remedy that only one of them offers differs in its amount, and in nothing else.
    """
    if one.outcome is not other.outcome:
        return ()
    both = {kind for kind, _ in one.arrives} & {kind for kind, _ in other.arrives}
    return tuple(part for part, of in _PARTS.items() if of(one, both) != of(other, both))


def _among(terms: Terms, kinds: Collection[RemedyKind]) -> dict[RemedyKind, int | None]:
    return {kind: days for kind, days in terms if kind in kinds}


_PARTS: dict[Part, Callable[[Saying, Collection[RemedyKind]], object]] = {
    Part.CLASS: lambda said, _: said.policy_class,
    Part.EVIDENCE: lambda said, _: said.evidence,
    Part.KEEP: lambda said, _: said.keeps,
    Part.ORDER: lambda said, both: list(_among(said.arrives, both)),
    Part.ARRIVES: lambda said, both: _among(said.arrives, both),
    Part.EXPIRES: lambda said, both: _among(said.expires, both),
    Part.WAIT: lambda said, _: said.wait,
    Part.REASON: lambda said, _: said.reason,
    Part.ALTERNATIVE: lambda said, _: said.alternative,
    Part.HOURS: lambda said, _: said.within_hours,
    Part.TO: lambda said, _: said.answered_by,
    Part.WORDING: lambda said, _: said.wording,
}
