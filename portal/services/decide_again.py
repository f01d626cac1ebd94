"""Decide a claim line again by what was kept of it, and tell whether that comes out the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.facts import Facts
from portal.domain.policy import Policy, Verdict
from portal.records.invariants.judged import EXPLAINED
from portal.services.judge_standing import judge_kept, without_later


@dataclass(frozen=True, slots=True)
class Again:
    """What comes out when a line is decided again. differs: the parts of the kept verdict that would be others now."""

    verdict: Verdict
    differs: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Tell whether it is what was decided then."""
        return not self.differs


def decide_again(
    policy: Policy, *, facts: Mapping[str, Any], standing: dict[str, Any] | None, kept: Mapping[str, Any]
) -> Again:
    """Decide by kept facts, what stood of limits, lists and budgets, and the policy of that day.

    kept: the verdict as it was kept, with or without the parts that only explain it.
    """
    verdict, stands = judge_kept(Facts.from_document(facts), policy, standing)
    then, now = _outcome(kept), _outcome({**verdict.to_document(), "found": list(verdict.found)})
    differs = [name for name in sorted({*then, *now}) if (name in then, then.get(name)) != (name in now, now.get(name))]
    if stands != without_later(standing):
        differs.append("standing")
    return Again(verdict, tuple(differs))


def _outcome(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in EXPLAINED}
